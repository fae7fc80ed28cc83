/** What the tests draw. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

export type Stroke = [x: number, y: number][]; // px, y downwards

const MADE = new URL("../../../tests/golden/strokes.json", import.meta.url);

/** One drawing of each digit, made up for this project. */
export const made: Stroke[][] = JSON.parse(readFileSync(MADE, "utf8"));

/** `count` drawings of each digit by people (UNIPEN, see docs/data.md); the made one where the data are missing. */
export function byPeople(count: number): Stroke[][][] {
  const path = join(process.env.INKREAD_DATA ?? "", "unipen", "digits.jsonl.gz");
  if (!process.env.INKREAD_DATA || !existsSync(path)) return made.map((drawing) => [drawing]);
  const drawings: Stroke[][][] = made.map(() => []);
  const writers = new Set<string>();
  for (const line of gunzipSync(readFileSync(path)).toString().split("\n")) {
    if (!line) continue;
    const { label, writer, strokes } = JSON.parse(line);
    const hand = `${writer} ${label}`; // each of a digit's drawings by another writer
    const of = drawings[label];
    if (!of || of.length === count || writers.has(hand)) continue;
    writers.add(hand);
    of.push(strokes);
  }
  return drawings;
}

/** Strokes that are no digit: a scribble of zigzags. */
export const scribble: Stroke[] = [
  Array.from({ length: 24 }, (_, i) => [(i * 37) % 100, i % 2 ? 90 - i * 2 : 4 + i * 3]),
  Array.from({ length: 16 }, (_, i) => [i % 2 ? 95 : 5, (i * 53) % 100]),
];
