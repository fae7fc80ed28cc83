/**
 * What a pen drew. All lengths are px of the sheet, SQUARE for one digit and PAGE for more, however large it is shown.
 *
 *   pointers  which pointer draws, which erases, which is a palm
 *   drawing   strokes with undo and redo      eraser   takes away what it touches
 *   plotter   strokes -> the picture a reader of one digit gets
 *   page      strokes -> the picture a reader of pages gets
 *   nib       strokes -> the ink on the screen, for the eye only
 */
export interface Sheet {
  readonly width: number; // px
  readonly height: number;
}

export const SQUARE: Sheet = { width: 600, height: 600 };
export const PAGE: Sheet = { width: 800, height: 600 };

/** A square that a drawing fits into that was begun on a page. */
export const LARGE_SQUARE: Sheet = { width: PAGE.width, height: PAGE.width };

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
