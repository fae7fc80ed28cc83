import type { GreyPicture } from "../readers/types";
import { Memory } from "./fresh";
import { bounds, type Point, type Stroke } from "./stroke";

// The drawing that Python's Reader makes of strokes, with the same numbers: src/inkread/reader.py
const CANVAS = 280; // px, a square
const SHARE = 0.6; // of its side that the longer side of the strokes takes
const PEN = 16; // px wide, whatever pen was used: readers know digits, not pens

/** Where strokes lie on a picture: its px are those of the sheet, scaled and then moved. */
export interface Place {
  scale: number;
  x: number; // px of the picture where x = 0 of the sheet lies
  y: number;
}

/**
 * Draws strokes for a reader: black on white, centred, under a round pen of constant width.
 *
 * Drawn by arithmetic and not on a canvas: reading a canvas back waits for the graphics card, and browsers
 * that guard against fingerprinting put noise into it. While the drawing only grows inside of its bounds,
 * a call costs the new segments alone.
 */
export class Plotter {
  readonly #picture = blank(CANVAS, CANVAS);
  readonly #memory = new Memory();
  #place: Place = { scale: 0, x: 0, y: 0 };

  picture(strokes: readonly Stroke[]): GreyPicture {
    const place = placeOf(strokes);
    const { scale, x, y } = this.#place;
    const moved = place.scale !== scale || place.x !== x || place.y !== y;
    let fresh = moved ? null : this.#memory.since(strokes);
    if (fresh === null) {
      this.#picture.pixels.fill(255);
      this.#memory.forget();
      this.#place = place;
      fresh = this.#memory.since(strokes) ?? [];
    }
    for (const { stroke, from } of fresh) {
      for (let i = from; i < stroke.points.length; i++) {
        segment(this.#picture, stroke.points, i, this.#place, PEN);
      }
    }
    return { ...this.#picture, pixels: this.#picture.pixels.slice() };
  }
}

/** A white picture. */
export function blank(width: number, height: number): GreyPicture {
  return { width, height, pixels: new Uint8Array(width * height).fill(255) };
}

/** Draws the way to a stroke's point `i` from the one before; a dot for the first. `pen`: px of the picture. */
export function segment(
  picture: GreyPicture,
  points: readonly Point[],
  i: number,
  { scale, x, y }: Place,
  pen: number,
): void {
  const b = points[i];
  const a = points[i - 1] ?? b;
  if (a && b) capsule(picture, pen, a[0] * scale + x, a[1] * scale + y, b[0] * scale + x, b[1] * scale + y);
}

/** All that lies within half a pen of the segment from a to b; a pixel's centre lies at +0.5. */
function capsule(
  { width, height, pixels }: GreyPicture,
  pen: number,
  ax: number,
  ay: number,
  bx: number,
  by: number,
): void {
  const radius = pen / 2;
  const [dx, dy] = [bx - ax, by - ay];
  const square = dx * dx + dy * dy;
  const reach = radius + 0.5;
  const [inner, outer] = [(radius - 0.5) ** 2, reach ** 2];
  const left = Math.max(0, Math.floor(Math.min(ax, bx) - reach));
  const right = Math.min(width - 1, Math.ceil(Math.max(ax, bx) + reach));
  const top = Math.max(0, Math.floor(Math.min(ay, by) - reach));
  const bottom = Math.min(height - 1, Math.ceil(Math.max(ay, by) + reach));
  for (let row = top; row <= bottom; row++) {
    const py = row + 0.5 - ay;
    for (let column = left; column <= right; column++) {
      const px = column + 0.5 - ax;
      const along = square > 0 ? Math.min(1, Math.max(0, (px * dx + py * dy) / square)) : 0;
      const distance = (px - along * dx) ** 2 + (py - along * dy) ** 2; // squared
      if (distance >= outer) continue;
      const grey = distance <= inner ? 0 : Math.round(255 * (Math.sqrt(distance) - radius + 0.5));
      const at = row * width + column;
      if (grey < (pixels[at] ?? 0)) pixels[at] = grey;
    }
  }
}

function placeOf(strokes: readonly Stroke[]): Place {
  const box = bounds(strokes);
  if (box === null) return { scale: 1, x: 0, y: 0 };
  const [width, height] = [box.right - box.left, box.bottom - box.top];
  const longer = Math.max(width, height);
  const scale = longer > 1e-6 ? (CANVAS * SHARE) / longer : 1; // a dot stays a dot
  return {
    scale,
    x: (CANVAS - width * scale) / 2 - box.left * scale,
    y: (CANVAS - height * scale) / 2 - box.top * scale,
  };
}
