/**
 * What a pen drew. All lengths are px of the sheet, a square of SIDE px, however large it is shown.
 *
 *   pointers  which pointer draws, which erases, which is a palm
 *   drawing   strokes with undo and redo      eraser   takes away what it touches
 *   plotter   strokes -> the picture a reader gets
 *   nib       strokes -> the ink on the screen, for the eye only
 */
export const SIDE = 600;

/** x px, y px, t ms since the drawing began, pressure 0-1: what the API calls a point. */
export type Point = readonly [x: number, y: number, t: number, pressure: number];

/** One way of the pen over the paper, at least one point. */
export interface Stroke {
  readonly points: readonly Point[];
  readonly nib: number; // px wide on the screen; readers never see it
}

export interface Bounds {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The box of all points, without the width of the pen; null where there are none. */
export function bounds(strokes: readonly Stroke[]): Bounds | null {
  const box = {
    left: Number.POSITIVE_INFINITY,
    top: Number.POSITIVE_INFINITY,
    right: Number.NEGATIVE_INFINITY,
    bottom: Number.NEGATIVE_INFINITY,
  };
  for (const { points } of strokes) {
    for (const [x, y] of points) {
      box.left = Math.min(box.left, x);
      box.top = Math.min(box.top, y);
      box.right = Math.max(box.right, x);
      box.bottom = Math.max(box.bottom, y);
    }
  }
  return box.left <= box.right ? box : null;
}

/** Strokes as the API takes them: lists of points. */
export function toLists(strokes: readonly Stroke[]): number[][][] {
  return strokes.map(({ points }) => points.map((point) => [...point]));
}
