import { describe, expect, it } from "vitest";
import { PAGE } from "../ink/stroke";
import { frameOf, modeFor, type SavedDrawing, strokesOf } from "./strokes";

const saved = (strokes: number[][][], more: Partial<SavedDrawing> = {}): SavedDrawing => ({
  strokes,
  picture: null,
  width: null,
  height: null,
  pen: null,
  ...more,
});
const SEVEN = [
  [
    [100, 100, 0, 0.5],
    [400, 100, 40, 0.7],
    [250, 500, 90, 0.6],
  ],
];

describe("a saved drawing on the sheet again", () => {
  it("of this page lies where it was, point by point", () => {
    expect(strokesOf(saved(SEVEN), "digit")).toEqual([{ nib: 18, points: SEVEN[0] }]);
  });

  it("of another canvas lies in the middle, and as large as a hand would draw it", () => {
    const [stroke] = strokesOf(
      saved(
        [
          [
            [10, 10],
            [20, 30],
          ],
        ],
        { width: 28, height: 28 },
      ),
      "digit",
    );
    const [first, last] = stroke?.points ?? [];
    expect([first?.[1], last?.[1]]).toEqual([90, 510]);
    expect(((first?.[0] ?? 0) + (last?.[0] ?? 0)) / 2).toBe(300);
    expect(first?.slice(2)).toEqual([0, 0.5]);
    expect(last?.[2]).toBeGreaterThan(0);
  });

  it("that lies beside the sheet comes onto it", () => {
    const away = saved(SEVEN.map((points) => points.map(([x = 0, y = 0]) => [x - 5000, y + 9000])));
    const points = strokesOf(away, "number").flatMap(({ points }) => points);
    expect(points.every(([x, y]) => x >= 0 && x <= PAGE.width && y >= 0 && y <= PAGE.height)).toBe(true);
  });

  it("without ink is none", () => {
    expect(strokesOf(saved([]), "digit")).toEqual([]);
    expect(strokesOf(saved([[]]), "digit")).toEqual([]);
    expect(frameOf(saved([]))).toEqual({ x: 0, y: 0, width: 1, height: 1 });
  });
});

describe("it is opened", () => {
  const wide = saved([
    [
      [50, 100],
      [780, 300],
    ],
  ]);

  it.each([
    ["one digit", "7", 1, saved(SEVEN), "digit"],
    ["a doodle", "", 1, saved(SEVEN), "digit"],
    ["a digit on a page", "7", 1, saved(SEVEN, { width: 800, height: 600 }), "number"],
    ["a digit drawn far to the right", "7", 1, wide, "number"],
    ["a number", "20.7\n- 5", 6, wide, "number"],
    ["a word", "Ada", 3, wide, "letters"],
    ["all of it", "A7", 2, wide, "anything"],
  ] as const)("as %s", (_, text, glyphs, drawing, mode) => {
    expect(modeFor(text, glyphs, drawing)).toBe(mode);
  });
});

it("a drawing is shown on its canvas, or with an edge around it", () => {
  expect(frameOf(saved(SEVEN, { width: 600, height: 600 }))).toEqual({ x: 0, y: 0, width: 600, height: 600 });
  const dash = saved([
    [
      [0, 50],
      [300, 50],
    ],
  ]);
  expect(frameOf(dash)).toEqual({ x: -60, y: -60, width: 420, height: 220 });
});
