import { expect, it } from "vitest";
import { erased } from "./eraser";
import { point, stroke } from "./testing";

const line = stroke([0, 0], [100, 0]);

function places(strokes: readonly { points: readonly (readonly number[])[] }[]): number[][][] {
  return strokes.map(({ points }) => points.map(([x = 0, y = 0]) => [Math.round(x), Math.round(y)]));
}

it("cuts a stroke in two where it crosses it", () => {
  expect(places(erased([line], [50, 0], [50, 0], 10))).toEqual([
    [
      [0, 0],
      [40, 0],
    ],
    [
      [60, 0],
      [100, 0],
    ],
  ]);
});

it("shortens a stroke at its end", () => {
  expect(places(erased([line], [100, 0], [100, 0], 10))).toEqual([
    [
      [0, 0],
      [90, 0],
    ],
  ]);
});

it("keeps time and pressure along the cut", () => {
  const [piece] = erased([{ points: [point(0, 0, 0), point(100, 0, 100)], nib: 18 }], [100, 0], [100, 0], 10);
  expect(piece?.points[1]?.[2]).toBeCloseTo(90);
  expect(piece?.nib).toBe(18);
});

it("takes away dots and short strokes as a whole", () => {
  expect(erased([stroke([5, 5]), stroke([2, 2], [3, 3])], [4, 4], [4, 4], 10)).toEqual([]);
});

it("leaves what it passes by, as the same objects", () => {
  const strokes = [line, stroke([0, 50], [100, 50])];
  expect(erased(strokes, [50, 25], [50, 25], 10)).toBe(strokes);
  expect(erased(strokes, [50, 0], [50, 0], 10).at(-1)).toBe(strokes[1]);
});

it("misses nothing on a quick wipe", () => {
  const fence = [10, 30, 50, 70, 90].map((x) => stroke([x, -20], [x, 20]));
  expect(places(erased(fence, [0, 0], [100, 0], 5)).length).toBe(10);
});
