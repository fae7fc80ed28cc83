import { expect, it } from "vitest";
import type { Card } from "./modelfile";
import { isNumber, pageOf } from "./page";

const card: Card = {
  name: "page",
  reads: "page",
  labels: ["0", "1", "7", "O", ".", "not a character"],
  reject: 5,
  thresholds: { reject: 0.5, sure: 0.6 },
  alphabets: { number: ["0", "1", "7", "."], anything: ["0", "1", "7", "O", "."] },
  twins: [["0", "O"]],
};
const [ZERO, ONE, SEVEN] = [0, 1, 2].map((column) =>
  card.labels.map((_, i): number => (i === column ? 0.9 : 0.02)),
);
const torn = [0, 0.3, 0.5, 0, 0, 0.2];
const smudge = [0.1, 0, 0, 0, 0, 0.9];

/** Glyphs side by side, as a page file finds them: boxes and probabilities. */
function found(...rows: (readonly number[] | undefined)[]): [Float32Array, Float32Array] {
  const boxes = rows.flatMap((_, i) => [30 * i, 0, 20, 40]);
  return [Float32Array.from(rows.flatMap((row) => row ?? [])), Float32Array.from(boxes)];
}

it("text, confidence and candidates are those of the glyphs in reading order", () => {
  const [probabilities, boxes] = found(SEVEN?.with(4, 0), ZERO?.with(4, 0)); // surely no points
  boxes[0] = 60; // the seven stands on the right
  const answer = pageOf(probabilities, boxes, card, "number");
  expect(answer).toMatchObject({ text: "07", unsure: [], lines: [{ text: "07", first: 0, end: 2 }] });
  expect(answer.confidence).toBeCloseTo((0.9 * (0.96 / 0.94)) ** 2); // with its share of what an O would have had
  expect(answer.glyphs.map(({ box }) => box.x)).toEqual([30, 60]);
  expect(answer.glyphs[0]?.candidates).toHaveLength(4); // with the reject label, without the point
  expect(answer.glyphs[0]?.candidates[0]?.label).toBe("0");
});

it("a number is likelier read as people write numbers", () => {
  const { confidence } = pageOf(...found(SEVEN, ZERO), card, "number");
  expect(confidence).toBeGreaterThan((0.9 * (0.98 / 0.96)) ** 2 + 0.01); // no point begins or ends it
});

it("the file is told whether a letter is asked for", () => {
  expect(isNumber(card, "number")).toBe(true);
  expect(isNumber(card, "anything")).toBe(false);
  expect(() => isNumber(card, "letters")).toThrow("expected a page file with the alphabet letters");
});

it("a doubt is said once, however many glyphs share it", () => {
  const answer = pageOf(...found(torn, ONE, torn), card, "number");
  expect(answer).toMatchObject({ text: "717", unsure: ["torn between 7 and 1"] });
});

it("what is no character is left out", () => {
  expect(pageOf(...found(ONE, smudge, SEVEN), card, "number")).toMatchObject({ text: "17" });
});

it("no glyph at all, and none that is a character, are told apart", () => {
  const nothing = { text: "", confidence: 0, glyphs: [], lines: [] };
  expect(pageOf(...found(), card, "number")).toEqual({ ...nothing, unsure: ["nothing drawn"] });
  const rejected = pageOf(...found(smudge, smudge), card, "number");
  expect(rejected).toMatchObject({
    ...nothing,
    confidence: expect.closeTo(0.81),
    unsure: ["nothing to read"],
  });
});

it("labels that are out of the question are no candidates", () => {
  const { glyphs } = pageOf(...found([0, 0.9995, 0.0005, 0, 0, 0]), card, "number");
  expect(glyphs[0]?.candidates.map(({ label }) => label)).toEqual(["1"]);
});

it("an alphabet that the file lacks is refused", () => {
  expect(() => pageOf(...found(ONE), card, "letters")).toThrow(/letters, got one with number, anything/);
});
