import { describe, expect, it } from "vitest";
import { stroke } from "../ink/testing";
import type { Box, Glyph, Reading } from "../readers";
import { amended, characters, charactersOf, doubtOf, glyphAt, glyphIn, ownersOf } from "./glyphs";
import { linesOf } from "./lines";

const boxAt = (x: number, y = 0): Box => ({ x, y, width: 40, height: 100 });

function glyph(box: Box, shares: Record<string, number>): Glyph {
  const candidates = Object.entries(shares).map(([label, probability]) => ({ label, probability }));
  return { box, candidates: candidates.sort((a, b) => b.probability - a.probability) };
}

/** "1 7" over "05", a little torn over the 7. */
const reading: Reading = {
  text: "1 7\n05",
  confidence: 0.5 * 0.8,
  unsure: ["torn between 7 and 1"],
  model: "m",
  glyphs: [
    glyph(boxAt(0), { 1: 0.98, 7: 0.01 }),
    glyph(boxAt(100), { 7: 0.5, 1: 0.4, "not a character": 0.1 }),
    glyph(boxAt(0, 200), { 0: 0.98 }),
    glyph(boxAt(50, 200), { 5: 0.8, 6: 0.1 }),
  ],
  lines: [
    { text: "1 7", first: 0, end: 2 },
    { text: "05", first: 2, end: 4 },
  ],
  seen: null,
  milliseconds: 1,
  where: "device",
};

describe("the characters of a line", () => {
  it("stand for its glyphs, and the spaces between them for none", () => {
    expect(charactersOf({ text: "1 7", first: 4, end: 6 })).toEqual([
      { text: "1", glyph: 4 },
      { text: " ", glyph: -1 },
      { text: "7", glyph: 5 },
    ]);
  });
});

describe("a correction", () => {
  const seven = { box: boxAt(102, 1), read: "7", label: "1" };

  it("changes the one character in its place, and how sure the text is", () => {
    const changed = amended(reading, [seven]);
    expect(changed.text).toBe("1 1\n05");
    expect(characters(changed)).toEqual(["1", "1", "0", "5"]);
    expect(changed.confidence).toBeCloseTo(0.98 * 1 * 0.98 * 0.8);
    expect(changed.glyphs[1]?.candidates).toEqual(reading.glyphs[1]?.candidates);
  });

  it("of a glyph without a second candidate ends its doubt, too", () => {
    const glyphs = [glyph(boxAt(0), { 1: 0.7, "not a character": 0.3 })];
    const doubtful = {
      ...reading,
      glyphs,
      text: "1",
      unsure: ["torn between 1 and 4"],
      lines: [{ text: "1", first: 0, end: 1 }],
    };
    expect(doubtOf(doubtful, 0)).toBe("torn between 1 and 4");
    expect(amended(doubtful, [{ box: boxAt(0), read: "1", label: "7" }]).unsure).toEqual([]);
  });

  it("ends the doubt over that character", () => {
    expect(doubtOf(reading, 1)).toBe("torn between 7 and 1");
    expect(doubtOf(reading, 0)).toBeNull();
    expect(amended(reading, [seven]).unsure).toEqual([]);
  });

  it("may take a character away, and its line when it was the last one", () => {
    expect(amended(reading, [{ ...seven, label: "" }]).text).toBe("1\n05");
    const gone = [boxAt(0, 200), boxAt(50, 200)].map((box, i) => ({ box, read: i ? "5" : "0", label: "" }));
    expect(amended(reading, gone).text).toBe("1 7");
  });

  it("is kept for a glyph that is read again, and not for another one in its place", () => {
    const again = {
      ...reading,
      glyphs: reading.glyphs.map(({ box, ...rest }) => ({ ...rest, box: { ...box, x: box.x + 3 } })),
    };
    expect(amended(again, [seven]).text).toBe("1 1\n05");
    const other = {
      ...again,
      text: "1 2\n05",
      lines: [{ text: "1 2", first: 0, end: 2 }, ...again.lines.slice(1)],
    };
    expect(amended(other, [seven])).toBe(other);
  });

  it("that says what was read changes nothing", () => {
    expect(amended(reading, [{ ...seven, label: "7" }])).toBe(reading);
    expect(amended(reading, [])).toBe(reading);
  });
});

describe("a glyph", () => {
  it("is found by its place, though it has moved a little", () => {
    expect(glyphIn(reading.glyphs, { x: 104, y: -5, width: 40, height: 104 })).toBe(1);
    expect(glyphIn(reading.glyphs, { x: 60, y: 0, width: 40, height: 100 })).toBe(-1);
    expect(glyphIn(reading.glyphs, null)).toBe(-1);
  });

  it("is found at a point in its box or close to it, the smaller one first", () => {
    expect(glyphAt(reading.glyphs, [120, 50])).toBe(1);
    expect(glyphAt(reading.glyphs, [144, 50])).toBe(1);
    expect(glyphAt(reading.glyphs, [170, 50])).toBe(-1);
    const dot = glyph({ x: 110, y: 80, width: 10, height: 10 }, { ".": 1 });
    expect(glyphAt([...reading.glyphs, dot], [115, 85])).toBe(4);
  });
});

describe("a stroke", () => {
  it("belongs to the glyph whose box holds most of its way", () => {
    const across = stroke([30, 20], [100, 20], [138, 20], [138, 60]); // begins in the first box
    const dot = stroke([20, 250]);
    const outside = stroke([300, 300], [320, 320]);
    expect(ownersOf([across, dot, outside], reading.glyphs)).toEqual([1, 2, -1]);
  });

  it("belongs to none where nothing was read", () => {
    expect(ownersOf([stroke([0, 0], [9, 9])], [])).toEqual([-1]);
  });
});

it("a table of the lines has each with how sure it is, as a person left it", () => {
  const changed = amended(reading, [{ box: boxAt(100), read: "7", label: "9" }]);
  expect(linesOf(changed)).toEqual([
    ["line", "text", "confidence"],
    ["1", "1 9", "0.9800"],
    ["2", "05", "0.7840"],
  ]);
});
