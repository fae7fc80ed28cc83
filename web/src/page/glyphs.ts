/**
 * The glyphs of a reading, found by their place: a person points at them, and a new reading of a drawing that has
 * grown has other glyphs in the same places. All boxes are in px of what is shown: the sheet, or the picture.
 */
import type { Stroke } from "../ink/stroke";
import type { Box, Candidate, Glyph, Line, Reading } from "../readers";

/** What a person says of a glyph that was read as `read`; `label` "" where it is no character at all. */
export interface Amendment {
  box: Box;
  read: string;
  label: string;
}

/** A character of the text, and which glyph it stands for. */
export interface Character {
  text: string; // "" where a person has removed it
  glyph: number;
}

/** Shared area by the area of both, 0-1, from which on two boxes are one glyph's. */
const SAME = 0.5;
const SURE = 0.99; // a glyph likelier than this is torn between none, whatever other glyphs are
const REACH = 6; // px around a box that belong to it for whoever points: a 1 is narrow

/** The characters of each line with the spaces between them, which stand for no glyph: their `glyph` is -1. */
export function charactersOf({ text, first }: Line): Character[] {
  let glyph = first;
  return [...text].map((character) => ({ text: character, glyph: character === " " ? -1 : glyph++ }));
}

/** What the reader read each glyph as, by glyph. */
export function readAs({ lines, glyphs }: Reading): string[] {
  const characters = lines.flatMap(charactersOf);
  return glyphs.map((_, i) => characters.find(({ glyph }) => glyph === i)?.text ?? "");
}

/** What the text has for each glyph now, by glyph: what it was read as, or what a person said. */
export function characters(reading: Reading): string[] {
  const read = readAs(reading);
  return reading.glyphs.map(({ amended }, i) => amended ?? read[i] ?? "");
}

/** The reading with what a person said of its glyphs; glyphs read otherwise since then are left as they are. */
export function amended(reading: Reading, amendments: readonly Amendment[]): Reading {
  const read = readAs(reading);
  let any = false;
  const glyphs = reading.glyphs.map((glyph, i): Glyph => {
    const said = amendments.find(({ box, read: before }) => before === read[i] && isSame(box, glyph.box));
    if (!said || said.label === read[i]) return glyph;
    any = true;
    return { ...glyph, amended: said.label };
  });
  if (!any) return reading;
  const sure = glyphs.map((glyph, i) =>
    glyph.amended === undefined ? probabilityOf(glyph, read[i] ?? "") : 1,
  );
  const changed = { ...reading, glyphs, confidence: sure.reduce((product, one) => product * one, 1) };
  return { ...changed, text: textOf(changed), unsure: doubtsOf(changed) };
}

/** The text as a person left it; lines are parted by "\n", and one without characters is none. */
function textOf(reading: Reading): string {
  return reading.lines
    .map((line) => lineText(reading, line))
    .filter((text) => text !== "")
    .join("\n");
}

/** A line's text as a person left it. */
export function lineText({ glyphs }: Reading, line: Line): string {
  return charactersOf(line)
    .map(({ text, glyph }) => glyphs[glyph]?.amended ?? text)
    .join("")
    .replace(/ +/g, " ")
    .trim();
}

/** The doubts that are left: those of glyphs of which nobody has said what they are. */
function doubtsOf(reading: Reading): string[] {
  return reading.unsure.filter((doubt) => reading.glyphs.some((_, i) => doubtOf(reading, i) === doubt));
}

/**
 * Between which two the reader is torn over a glyph, in its words; null where it is sure, or a person is.
 *
 * A reading gives each reason once, for all glyphs that are torn between these two.
 */
export function doubtOf(reading: Reading, index: number): string | null {
  const glyph = reading.glyphs[index];
  const read = readAs(reading)[index];
  if (!glyph || glyph.amended !== undefined || !read || probabilityOf(glyph, read) > SURE) return null;
  const second = glyph.candidates.filter(isCharacter).find(({ label }) => label !== read);
  const doubt = `torn between ${read} and ${second?.label ?? ""}`; // a second that is all but impossible is not told
  return reading.unsure.find((one) => (second ? one === doubt : one.startsWith(doubt))) ?? null;
}

export function isCharacter({ label }: Candidate): boolean {
  return [...label].length === 1; // reject labels are words
}

export function probabilityOf({ candidates }: Glyph, label: string): number {
  return candidates.find((candidate) => candidate.label === label)?.probability ?? 0;
}

/** The index of the glyph that stands in this place; -1 where none does. */
export function glyphIn(glyphs: readonly Glyph[], place: Box | null): number {
  if (!place) return -1;
  const shares = glyphs.map(({ box }) => overlap(box, place));
  const best = Math.max(0, ...shares);
  return best > SAME ? shares.indexOf(best) : -1;
}

/** The index of the glyph at a point: of several the smallest, which lies within the others; -1 where there is none. */
export function glyphAt(glyphs: readonly Glyph[], [x, y]: readonly [number, number], reach = REACH): number {
  const area = (i: number) => (glyphs[i]?.box.width ?? 0) * (glyphs[i]?.box.height ?? 0);
  return glyphs
    .flatMap(({ box }, i) =>
      x >= box.x - reach &&
      x <= box.x + box.width + reach &&
      y >= box.y - reach &&
      y <= box.y + box.height + reach
        ? [i]
        : [],
    )
    .reduce((best, i) => (best < 0 || area(i) < area(best) ? i : best), -1);
}

/** For each stroke the index of the glyph whose box it lies in with most of its way; -1 where it lies in none. */
export function ownersOf(strokes: readonly Stroke[], glyphs: readonly Glyph[]): number[] {
  return strokes.map((stroke) => {
    const shares = glyphs.map(({ box }) => wayInside(stroke, box));
    const most = Math.max(0, ...shares);
    return most > 0 ? shares.indexOf(most) : -1;
  });
}

/** How much of a stroke lies in a box, px: its segments by their middles; a dot counts as one px. */
function wayInside({ points }: Stroke, { x, y, width, height }: Box): number {
  let way = 0;
  points.forEach(([bx, by], i) => {
    const [ax, ay] = points[i - 1] ?? [bx, by];
    const [mx, my] = [(ax + bx) / 2, (ay + by) / 2];
    if (mx < x || mx > x + width || my < y || my > y + height) return;
    way += i > 0 ? Math.hypot(bx - ax, by - ay) : 1;
  });
  return way;
}

/** Whether two boxes are one glyph's. */
export function isSame(a: Box, b: Box): boolean {
  return overlap(a, b) > SAME;
}

/** Shared area of two boxes by the area of both together, 0-1. */
function overlap(a: Box, b: Box): number {
  const wide = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const high = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (wide <= 0 || high <= 0) return 0;
  const shared = wide * high;
  return shared / (a.width * a.height + b.width * b.height - shared);
}
