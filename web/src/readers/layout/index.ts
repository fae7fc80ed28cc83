/**
 * Layout: the glyphs that a page file found, in no order, to lines of text.
 *
 *   probabilities -> masked    to the labels asked for
 *   boxes         -> lines     by a sweep from left to right, along the slope of the writing
 *                 -> words     by the gaps between the glyphs of a line
 *                 -> context   labels of one shape, by their height in the line and by their word
 *                 -> numbers   what is a separator and what a digit, by how numbers are written
 *
 * The twin of src/inkread/layout, step by step; tests/golden/layout.json holds the two together. Lengths are in
 * sizes, the median over all glyphs of the longer side of their boxes: the scale of a picture makes no difference.
 */
import type { Box, Line } from "../types";
import { at, bestOf, sum } from "./arithmetic";
import { CHARACTERS, Context, LETTERS, type Twins } from "./context";
import { linesOf, partWords, placed } from "./lines";
import { settleNumbers } from "./numbers";

const LEAST_ASKED = 0.05; // of a glyph's probability, for it to be one of the labels asked for
const LEAST_TWIN = 1e-6; // of a twin's, which counts as a label's own: where no label asked for has any, its twins share it

/** What a page file tells apart, and what is asked for of it. */
export interface Labels {
  all: readonly string[]; // by column of the probabilities
  reject: string; // one of them
  asked: readonly string[];
  twins: Twins;
}

/** Glyphs in reading order. */
export interface Page {
  order: number[]; // their rows in the input
  lines: Line[];
  probabilities: number[][]; // of each the labels asked for, then of the reject label, after context
  chosen: number[]; // the column of each one's label
}

/**
 * From probabilities of all labels, a row for each glyph, to those of the labels asked for and the reject label.
 *
 * An excluded label's probability goes to all labels asked for, in proportion to their own: always where it has a twin
 * among them; that of another digit or letter where these, with their twins, have at least LEAST_ASKED. All else goes
 * to the reject label.
 */
export function masked(probabilities: ArrayLike<number>, { all, reject, asked, twins }: Labels): number[][] {
  const labels = [...asked, reject];
  const own = asked.map((label) => all.indexOf(label));
  const heirs = all.map((label) => {
    if (labels.includes(label)) return [labels.indexOf(label)];
    const alike = twins.filter((group) => group.includes(label)).flat();
    const columns = alike.map((twin) => labels.indexOf(twin)).filter((column) => column >= 0);
    // beyond the reject label: to those asked for
    return columns.length > 0 ? columns : [CHARACTERS.has(label) ? labels.length : labels.length - 1];
  });
  return Array.from({ length: probabilities.length / all.length }, (_, glyph) => {
    const row = new Array<number>(labels.length + 1).fill(0);
    heirs.forEach((columns, label) => {
      const share = (probabilities[glyph * all.length + label] ?? 0) / columns.length;
      for (const column of columns) row[column] = at(row, column) + share;
    });
    const unasked = row.pop() ?? 0;
    const rejected = row.pop() ?? 0;
    const total = sum(row);
    const given = total >= LEAST_ASKED ? unasked : 0;
    const weights = row.map((p, i) => (probabilities[glyph * all.length + at(own, i)] ?? 0) + LEAST_TWIN * p);
    const scale = (total + given) / Math.max(sum(weights), 1e-300); // where nothing of it is asked for, 0 of 0
    return [...weights.map((weight) => weight * scale), rejected + unasked - given];
  });
}

/**
 * Lines of text of boxes in px and of masked probabilities, a row for each glyph.
 *
 * Glyphs that have the reject label at `threshold` or above are left out. The order of the rows makes no difference.
 */
export function layOut(
  boxes: readonly Box[],
  probabilities: readonly number[][],
  { asked, twins }: Pick<Labels, "asked" | "twins">,
  threshold: number,
): Page {
  const rows = [...probabilities.keys()].filter((row) => (probabilities[row]?.at(-1) ?? 1) < threshold);
  if (rows.length === 0) return { order: [], lines: [], probabilities: [], chosen: [] };
  const lines = linesOf(placed(boxes, probabilities, asked, rows));
  partWords(lines, !asked.some((label) => LETTERS.has(label)));
  const order = lines.flatMap(({ glyphs }) => glyphs.map(({ row }) => row));
  const settled = new Context(asked, twins).settle(
    order.map((row) => [...at(probabilities, row)]),
    lines,
  );
  settleNumbers(settled, lines, asked);
  const chosen = settled.map((row) => bestOf(row));
  const read = chosen.map((column) => at(asked, column));
  const answered = lines.map(({ glyphs, words }) => {
    const first = at(words, 0).start;
    const text = words.map(({ start, end }) => read.slice(start, end).join("")).join(" ");
    return { text, first, end: first + glyphs.length };
  });
  return { order, lines: answered, probabilities: settled, chosen };
}
