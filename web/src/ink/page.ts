import type { Box, GreyPicture } from "../readers/types";
import { blank, type Place, segment } from "./plotter";
import { bounds, type Stroke } from "./stroke";

const LONGER = 320; // px, side of the picture: 600 made numbers on such are read as well as on 384 px (90.8 and 91.2 %), sooner
const FLATTEST = 1 / 3; // shorter side by longer, at least: readers know pages, not ribbons
const MARGIN = 0.1; // of the longer side, on each side of the ink: with 0.06 a 1 at the edge was lost beside a close 2
const LARGEST = 2; // px of the picture for each of the sheet: a dot stays small
const PEN = 0.1; // width of the pen by the height of what it writes
const PENS = { min: 2.5, max: 16 }; // px of the picture

/** A drawing for a reader of pages, and how its px lie to those of the sheet. */
export interface PagePicture {
  picture: GreyPicture;
  place: Place;
}

/**
 * Draws strokes for a reader of pages: black on white, cut to the ink, under a round pen of constant width.
 *
 * The pen suits the height of the writing, whatever pen was used, as readers know writing and not pens.
 */
export function pagePicture(strokes: readonly Stroke[]): PagePicture {
  const box = bounds(strokes) ?? { left: 0, top: 0, right: 0, bottom: 0 };
  const [wide, high] = [box.right - box.left, box.bottom - box.top];
  const longer = Math.max(wide, high, 1);
  const scale = Math.min(LARGEST, ((1 - 2 * MARGIN) * LONGER) / longer);
  const width = Math.round(Math.max(wide * scale + 2 * MARGIN * LONGER, FLATTEST * LONGER));
  const height = Math.round(Math.max(high * scale + 2 * MARGIN * LONGER, FLATTEST * LONGER));
  const place = {
    scale,
    x: (width - wide * scale) / 2 - box.left * scale,
    y: (height - high * scale) / 2 - box.top * scale,
  };
  const picture = blank(width, height);
  const pen = penFor(strokes, scale);
  for (const { points } of strokes)
    for (let i = 0; i < points.length; i++) segment(picture, points, i, place, pen);
  return { picture, place };
}

/** A box of the picture in px of the sheet. */
export function onSheet({ x, y, width, height }: Box, { scale, ...at }: Place): Box {
  return { x: (x - at.x) / scale, y: (y - at.y) / scale, width: width / scale, height: height / scale };
}

/** Of the strokes' heights, that which a quarter of them exceeds: dots and dashes are low, and lines of it longer. */
function penFor(strokes: readonly Stroke[], scale: number): number {
  const heights = strokes
    .map((stroke) => bounds([stroke]))
    .map((box) => (box ? box.bottom - box.top : 0))
    .sort((a, b) => a - b);
  const usual = heights[Math.floor(0.75 * heights.length)] ?? 0;
  return Math.min(PENS.max, Math.max(PENS.min, PEN * usual * scale));
}
