import type { Box, GreyPicture } from "../readers/types";

interface Size {
  width: number; // px
  height: number; // px
}

export type Corner = "top left" | "top right" | "bottom left" | "bottom right";
export const CORNERS: readonly Corner[] = ["top left", "top right", "bottom left", "bottom right"];

const LEAST = 8; // px, the shortest side of a box

export function whole({ width, height }: Size): Box {
  return { x: 0, y: 0, width, height };
}

export function isWhole(box: Box, size: Size): boolean {
  return box.width >= size.width && box.height >= size.height;
}

/** The box moved by so many px, no farther than to the edge of the picture. */
export function moved(box: Box, dx: number, dy: number, size: Size): Box {
  return {
    ...box,
    x: clamp(box.x + dx, 0, size.width - box.width),
    y: clamp(box.y + dy, 0, size.height - box.height),
  };
}

/** The box with one corner moved by so many px; the opposite one stays. */
export function stretched(box: Box, corner: Corner, dx: number, dy: number, size: Size): Box {
  const [right, bottom] = [box.x + box.width, box.y + box.height];
  const least = { x: Math.min(LEAST, size.width), y: Math.min(LEAST, size.height) };
  const x = corner.includes("left") ? clamp(box.x + dx, 0, right - least.x) : box.x;
  const y = corner.includes("top") ? clamp(box.y + dy, 0, bottom - least.y) : box.y;
  return {
    x,
    y,
    width: (corner.includes("right") ? clamp(right + dx, x + least.x, size.width) : right) - x,
    height: (corner.includes("bottom") ? clamp(bottom + dy, y + least.y, size.height) : bottom) - y,
  };
}

/** The box between two places of the picture. */
export function spanned(a: [number, number], b: [number, number], size: Size): Box {
  const [left, right] = [Math.min(a[0], b[0]), Math.max(a[0], b[0])];
  const [top, bottom] = [Math.min(a[1], b[1]), Math.max(a[1], b[1])];
  const x = clamp(left, 0, Math.max(0, size.width - LEAST));
  const y = clamp(top, 0, Math.max(0, size.height - LEAST));
  return {
    x,
    y,
    width: clamp(right - x, Math.min(LEAST, size.width), size.width - x),
    height: clamp(bottom - y, Math.min(LEAST, size.height), size.height - y),
  };
}

/** The part of the picture in the box, cut at whole px. */
export function cropped(picture: GreyPicture, box: Box): GreyPicture {
  if (isWhole(box, picture)) return picture;
  const [x, y] = [Math.round(box.x), Math.round(box.y)];
  const width = Math.max(1, Math.min(Math.round(box.width), picture.width - x));
  const height = Math.max(1, Math.min(Math.round(box.height), picture.height - y));
  const pixels = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const start = (y + row) * picture.width + x;
    pixels.set(picture.pixels.subarray(start, start + width), row * width);
  }
  return { width, height, pixels };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
