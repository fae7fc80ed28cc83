/** tests/golden/, for the tests: pictures, what Python reads in them, and strokes. Runs in Node only. */
import { readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";
import type { GreyPicture, Line, Reading } from "./types";

const FOLDER = new URL("../../../tests/golden/", import.meta.url);

interface Golden {
  model: string;
  sha256: string;
  colours: { colour: [red: number, green: number, blue: number]; grey: number }[];
  enlarged: { name: string; by: number; pixels: string }[]; // in base64
  pictures: Record<
    string,
    {
      probabilities: Record<string, number>; // by label
      reading: Pick<Reading, "text" | "confidence" | "unsure" | "model" | "glyphs">;
      seen: string | null; // 28x28 bytes in base64
    }
  >;
}

export const GOLDEN: Golden = JSON.parse(readFileSync(new URL("golden.json", FOLDER), "utf8"));

/** What Python reads of glyphs that were found: see tools/make_layout.py. */
export interface Layout {
  labels: string[];
  reject: string;
  threshold: number;
  alphabets: Record<string, string[]>;
  twins: string[][];
  cases: {
    name: string;
    alphabet: string;
    boxes: number[][]; // x, y, width, height in px
    probabilities: Record<string, number>[]; // by label; those not named have 0
    expected: { text: string; lines: Line[]; order: number[]; chosen: number[] };
  }[];
}

export const LAYOUT: Layout = JSON.parse(readFileSync(new URL("layout.json", FOLDER), "utf8"));

/** Where a golden picture lies. */
export function goldenFile(name: string): URL {
  return new URL(`${name}.png`, FOLDER);
}

/** The pixels of a golden picture: PNG of 8-bit grey, not interlaced (w3.org/TR/png, 9 and 10). */
export function goldenPicture(name: string): GreyPicture {
  const png = readFileSync(goldenFile(name));
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const [depth, colour, interlace] = [png[24], png[25], png[28]];
  if (depth !== 8 || colour !== 0 || interlace !== 0) {
    throw new Error(`${name}: expected 8-bit grey, got depth ${depth}, colour type ${colour}`);
  }
  const packed: Buffer[] = [];
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12) {
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") {
      packed.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
    }
  }
  return { width, height, pixels: unfiltered(inflateSync(Buffer.concat(packed)), width, height) };
}

function unfiltered(rows: Uint8Array, width: number, height: number): Uint8Array {
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (width + 1)] as number;
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const left = x ? (pixels[at - 1] as number) : 0;
      const above = y ? (pixels[at - width] as number) : 0;
      const corner = x && y ? (pixels[at - width - 1] as number) : 0;
      const predicted = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter] as number;
      pixels[at] = (rows[y * (width + 1) + 1 + x] as number) + predicted; // modulo 256
    }
  }
  return pixels;
}

function paeth(left: number, above: number, corner: number): number {
  const estimate = left + above - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - above), Math.abs(estimate - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}
