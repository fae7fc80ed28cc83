import { expect, test } from "vitest";
import type { Card } from "./modelfile";
import { answerOf } from "./reading";

const card: Card = {
  name: "test",
  reads: "glyph",
  labels: ["0", "1", "7", "not a digit"],
  reject: 3,
  thresholds: { reject: 0.4, sure: 0.75 },
  alphabets: {},
  twins: [],
};
const box = [10, 20, 30, 40];

test("the likeliest label is the text, its probability the confidence", () => {
  const answer = answerOf([0.01, 0.9, 0.05, 0.04], box, card);
  expect(answer).toMatchObject({ text: "1", confidence: 0.9, unsure: [] });
  expect(answer.glyphs[0]?.box).toEqual({ x: 10, y: 20, width: 30, height: 40 });
  expect(answer.glyphs[0]?.candidates.map(({ label }) => label)).toEqual(["1", "7", "not a digit", "0"]);
});

test("a box without width means that nothing is drawn", () => {
  expect(answerOf([0.2, 0.5, 0.2, 0.1], [0, 0, 0, 0], card)).toEqual({
    text: "",
    confidence: 0,
    unsure: ["nothing drawn"],
    glyphs: [],
    lines: [],
  });
});

test("at the threshold it is not a digit, even where a digit is likelier", () => {
  expect(answerOf([0, 0.6, 0, 0.4], box, card)).toMatchObject({
    text: "",
    confidence: 0.4,
    unsure: ["not a digit"],
  });
});

test("below the threshold it is torn between the two likeliest digits, whatever stands between them", () => {
  const answer = answerOf([0.05, 0.5, 0.2, 0.25], box, card);
  expect(answer).toMatchObject({ text: "1", confidence: 0.5, unsure: ["torn between 1 and 7"] });
});

test("at the threshold it is sure", () => {
  expect(answerOf([0.1, 0.75, 0.1, 0.05], box, card).unsure).toEqual([]);
});

test("equal probabilities keep the order of the alphabet", () => {
  const answer = answerOf([0.25, 0.25, 0.25, 0.25], box, card);
  expect(answer.glyphs[0]?.candidates.map(({ label }) => label)).toEqual(card.labels);
  expect(answer.unsure).toEqual(["torn between 0 and 1"]);
});

test("a card without a reject label rejects nothing", () => {
  const plain: Card = { ...card, labels: ["0", "1", "7", "9"], reject: null };
  expect(answerOf([0, 0.05, 0.05, 0.9], box, plain)).toMatchObject({ text: "9", unsure: [] });
});
