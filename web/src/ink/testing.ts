import type { Point, Stroke } from "./stroke";

/** A stroke through these places, a point each 10 ms. */
export function stroke(...places: [x: number, y: number][]): Stroke {
  return { points: places.map(([x, y], i) => point(x, y, 10 * i)), nib: 18 };
}

export function point(x: number, y: number, t = 0): Point {
  return [x, y, t, 0.5];
}
