/** The page lays out glyphs as Python does: tests/golden/layout.json, written by `python -m tools.make_layout`. */
import { describe, expect, it } from "vitest";
import { LAYOUT } from "../golden";
import type { Box } from "../types";
import { type Labels, layOut, masked } from ".";

const { labels: all, reject, threshold, alphabets, twins, cases } = LAYOUT;

/** As the outputs of a model file hold them. */
function outputs({ boxes, probabilities }: (typeof cases)[number]): {
  boxes: Box[];
  probabilities: Float32Array;
} {
  const rows = probabilities.flatMap((row) => all.map((label) => row[label] ?? 0));
  const [x, y, width, height] = [0, 1, 2, 3].map((side) =>
    Float32Array.from(boxes.map((box) => box[side] ?? 0)),
  );
  return {
    boxes: boxes.map((_, i) => ({
      x: x?.[i] ?? 0,
      y: y?.[i] ?? 0,
      width: width?.[i] ?? 0,
      height: height?.[i] ?? 0,
    })),
    probabilities: Float32Array.from(rows),
  };
}

describe("a page is laid out as Python does it", () => {
  it.each(cases)("$name", (golden) => {
    const { boxes, probabilities } = outputs(golden);
    const labels: Labels = { all, reject, asked: alphabets[golden.alphabet] ?? [], twins };
    const page = layOut(boxes, masked(probabilities, labels), labels, threshold);
    const { text, lines, order, chosen } = golden.expected;
    expect(page.lines.map((line) => line.text).join("\n")).toBe(text);
    expect(page.lines).toEqual(lines);
    expect(page.order).toEqual(order);
    const sure = page.chosen.map((column, i) => page.probabilities[i]?.[column] ?? 0);
    expect(Math.max(0, ...sure.map((one, i) => Math.abs(one - (chosen[i] ?? 0))))).toBeLessThan(0.001);
  });
});

describe("of what is not asked for", () => {
  const labels: Labels = {
    all: ["0", "O", "o", "K", "not a character"],
    reject: "not a character",
    asked: ["O", "o"],
    twins: [["0", "O", "o"]],
  };

  it("twins that are asked for have the probability, in proportion to their own", () => {
    const near = (p: number) => expect.closeTo(p, 5);
    expect(masked([0.6, 0.2, 0.1, 0, 0.1], labels)).toEqual([[near(0.6), near(0.3), near(0.1)]]);
  });

  it("twins that have none of their own share it evenly", () => {
    expect(masked([0.8, 0, 0, 0, 0.2], labels)).toEqual([[0.4, 0.4, 0.2]]);
  });

  it("what has no twin is no character", () => {
    expect(masked([0, 0, 0, 0.75, 0.25], labels)).toEqual([[0, 0, 1]]);
  });

  it("each glyph keeps a row of its own", () => {
    expect(masked([0, 1, 0, 0, 0, 0, 0, 1, 0, 0], labels)).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
  });
});
