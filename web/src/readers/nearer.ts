/**
 * A second look, from nearer, as src/inkread/nearer.py takes it: where writing is small in a small picture, it is
 * enlarged and read again. The constants and what they are worth are told there.
 */
import { median } from "./layout/arithmetic";
import type { GreyPicture } from "./types";

const SEEN = [224, 640] as const; // px
const SMALL = 30; // px
const NEARER = 1.5;

/** By how much a picture is to be enlarged for a second look; `boxes` (glyphs, 4) of the first. 1: one is enough. */
export function enlargement({ width, height }: GreyPicture, boxes: ArrayLike<number>): number {
  const longer = Math.max(width, height);
  const seen = Math.max(longer, SEEN[0]);
  const heights = Array.from({ length: boxes.length / 4 }, (_, glyph) => boxes[4 * glyph + 3] ?? 0);
  if (heights.length === 0 || seen * NEARER > SEEN[1] || median(heights) * (seen / longer) >= SMALL) return 1;
  return (NEARER * seen) / longer;
}

/** The picture `by` times as large, linear between its px. */
export function enlarged({ width, height, pixels }: GreyPicture, by: number): GreyPicture {
  const [wider, taller] = [Math.floor(width * by + 0.5), Math.floor(height * by + 0.5)];
  const rows = new Uint8Array(wider * height);
  between(width, wider).forEach(([left, right, share], x) => {
    for (let y = 0; y < height; y++) {
      rows[y * wider + x] = mixed(pixels[y * width + left], pixels[y * width + right], share);
    }
  });
  const all = new Uint8Array(wider * taller);
  between(height, taller).forEach(([above, below, share], y) => {
    for (let x = 0; x < wider; x++) {
      all[y * wider + x] = mixed(rows[above * wider + x], rows[below * wider + x], share);
    }
  });
  return { width: wider, height: taller, pixels: all };
}

/** For each of `more` px in the room of `few`: the two between which its middle lies, and how far from the first. */
function between(few: number, more: number): [number, number, number][] {
  return Array.from({ length: more }, (_, i) => {
    const at = Math.min(Math.max(((i + 0.5) * few) / more - 0.5, 0), few - 1);
    const first = Math.floor(at);
    return [first, Math.min(first + 1, few - 1), at - first];
  });
}

function mixed(first = 0, second = 0, share: number): number {
  return Math.round(first + (second - first) * share);
}
