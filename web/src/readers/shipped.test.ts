/** The shipped page file reads what is drawn on the page, by the WebAssembly that ships. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { PAGE_FILE, WASM_FILE } from "../../vite/files";
import { onSheet, pagePicture } from "../ink/page";
import { PAGE, type Point, type Stroke } from "../ink/stroke";
import { ownersOf } from "../page/glyphs";
import { openSession, type Session } from "./session";

const FOLDER = new URL("../../../tests/golden/", import.meta.url);
const MADE: [x: number, y: number][][][] = JSON.parse(readFileSync(new URL("strokes.json", FOLDER), "utf8"));

/** Strokes of lines of digits, as a hand would write them on the sheet. */
function written(text: string): Stroke[] {
  const lines = text.split("\n");
  const [pitch, line] = [
    PAGE.width / Math.max(...lines.map(({ length }) => length)),
    PAGE.height / lines.length,
  ];
  const high = Math.min(0.6 * line, pitch); // px, of a digit
  return lines.flatMap((digits, row) =>
    [...digits].flatMap((digit, column) => {
      const strokes = MADE[Number(digit)] ?? [];
      const ys = strokes.flatMap((stroke) => stroke.map(([, y]) => y));
      const xs = strokes.flatMap((stroke) => stroke.map(([x]) => x));
      const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
      const scale = Math.min(high / (bottom - top), (0.7 * pitch) / (right - left));
      const place = ([x, y]: [number, number]): Point => [
        pitch * (column + 0.5) + (x - (left + right) / 2) * scale,
        line * (row + 0.5) + (y - (top + bottom) / 2) * scale,
        0,
        0.5,
      ];
      return strokes.map((stroke) => ({ points: stroke.map(place), nib: 11 }));
    }),
  );
}

/** Digits so close together that they look like letters: an R, an H4. */
const CLOSE: Record<string, [x: number, y: number][][]> = {
  12: [
    [
      [10, 30],
      [10, 110],
    ],
    [
      [18, 55],
      [36, 30],
      [66, 40],
      [58, 70],
      [18, 110],
      [70, 110],
    ],
  ],
  14: [
    [
      [10, 30],
      [10, 110],
    ],
    [
      [41, 30],
      [16, 75],
      [71, 75],
    ],
    [
      [58, 30],
      [56, 110],
    ],
  ],
};

let session: Session;

beforeAll(async () => {
  const [model, wasm] = [readFileSync(PAGE_FILE), readFileSync(WASM_FILE)];
  session = await openSession(new Uint8Array(model), new Uint8Array(wasm).buffer, "0".repeat(64));
  await session.read(pagePicture(written("0")).picture, "number"); // the first run is slow
}, 30_000); // ms

describe("what is drawn is read", () => {
  test.each(["7", "2047", "314159", "204\n731", "5\n8\n3"])("%j", async (text) => {
    const { picture } = pagePicture(written(text));
    expect(Math.max(picture.width, picture.height)).toBeLessThanOrEqual(320);
    expect((await session.read(picture, "number")).text).toBe(text);
  });

  test.each(Object.keys(CLOSE))("%s with hardly a gap, where a number is asked for", async (text) => {
    const strokes = (CLOSE[text] ?? []).map((path) => ({
      points: path.map(([x, y]): Point => [4 * x, 4 * y, 0, 0.5]),
      nib: 11,
    }));
    const { picture } = pagePicture(strokes);
    expect((await session.read(picture, "number")).text).toBe(text);
    expect((await session.read(picture, "letters")).text).not.toBe(text);
  });

  test("each stroke belongs to the digit that it was drawn for", async () => {
    const strokes = written("2047");
    const { picture, place } = pagePicture(strokes);
    const { glyphs } = await session.read(picture, "number");
    const shown = glyphs.map((glyph) => ({ ...glyph, box: onSheet(glyph.box, place) }));
    const drawn = [..."2047"].flatMap((digit, i) => (MADE[Number(digit)] ?? []).map(() => i));
    expect(ownersOf(strokes, shown)).toEqual(drawn);
  });

  test("an empty sheet has nothing to read", async () => {
    const { text, glyphs } = await session.read(pagePicture([]).picture, "anything");
    expect({ text, glyphs }).toEqual({ text: "", glyphs: [] });
  });
});
