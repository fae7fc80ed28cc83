/**
 * Numbers: which glyphs of a word are separators and which are digits, by how people write numbers.
 * The twin of src/inkread/layout/numbers.py.
 *
 *   heights   a slash is mostly higher than the digits beside it; a 1 is as high as these
 *   ways      all ways to read the doubtful glyphs of a word, each as a digit or as one of the separators
 *   custom    4/27/92, 555-1234 and 12:05 are oftener written than chance has it, 61.2- and )2 hardly ever
 *   settled   what each glyph has as a digit and as each separator, summed over all ways
 */
import { at, bestOf, median, sum } from "./arithmetic";
import { DIGITS, shareOut } from "./context";
import type { Row } from "./lines";

const SEPARATORS = [".", ",", "-", "/", ":", "(", ")", "+"];
const DIGIT = "0"; // stands for any digit in a way to read a word

const LEAST = 0.003; // of what a glyph has as a digit and as any separator: what has less is not tried
const TRIED = 3; // readings of a glyph
const DOUBTED = 6; // glyphs of a word that have several, those in most doubt; the others are as they look

// logarithm of the odds for "/" beside 1: by the logarithm of its height in digits, and always
const HIGHER = { byHeight: 8, always: -0.8 };
const MOST_BY_HEIGHT = 4;

const USUAL = 5; // how much oftener than by chance a date, a time, a telephone number, a thousand are written
const ODD = 0.1; // of each thing that people hardly write
const FORMATS = [
  /^\d\d?\/\d\d?(\/\d\d(\d\d)?)?$/, // a date, a fraction
  /^\d\d?:\d\d(:\d\d)?$/, // a time
  /^(\+?\d+-)*(\d{3}|\d{5})-\d{4}$/, // a telephone number, a ZIP code
  /^\d{1,3}(,\d{3})+(\.\d\d)?$/, // thousands
];
const ODDITIES = /^[.,/:)]|[-.,/:(+]$|[^\d)](?=[^\d(])|[/:]/g;

/** What a glyph may be, a digit or which separator, and the probability of each: the likeliest first. */
type Readings = ReadonlyMap<string, number>;

/**
 * Shares out anew, in place, what each glyph in reading order has as a digit and as a separator.
 *
 * Where no separator, or no digit, is `asked` for, nothing changes.
 */
export function settleNumbers(settled: number[][], lines: readonly Row[], asked: readonly string[]): void {
  const digits = [...asked.keys()].filter((column) => DIGITS.has(at(asked, column)));
  const signs = SEPARATORS.filter((sign) => asked.includes(sign));
  if (digits.length === 0 || signs.length === 0) return;
  const columns = new Map(signs.map((sign) => [sign, [asked.indexOf(sign)]]));
  columns.set(DIGIT, digits);
  const every = [...columns.values()].flat();
  const heights = lines.flatMap(({ glyphs }) => glyphs.map(({ height }) => height));
  for (const { start, end } of lines.flatMap(({ words }) => words)) {
    const rows = settled.slice(start, end);
    const number = rows.every((row) => of(row, every) > 0.5 * sum(row.slice(0, -1)));
    if (rows.length < 2 || !number) continue;
    shareByHeight(rows, heights.slice(start, end), asked);
    const read = rows.map((row) => readings(row, columns));
    const found = weighed(read);
    rows.forEach((row, place) => {
      for (const [sign, before] of at(read, place)) {
        for (const column of columns.get(sign) ?? []) {
          row[column] = at(row, column) * ((at(found, place).get(sign) ?? 0) / before);
        }
      }
    });
  }
}

/** Shares out what is 1 or "/" by how high it is beside the word's digits; where all may be strokes, nothing. */
function shareByHeight(
  rows: readonly number[][],
  heights: readonly number[],
  asked: readonly string[],
): void {
  const strokes = [asked.indexOf("1"), asked.indexOf("/")];
  if (strokes.includes(-1)) return;
  const told = (row: readonly number[]) => {
    const label = at(asked, bestOf(row));
    return label !== "1" && DIGITS.has(label);
  };
  const known = heights.filter((_, place) => told(at(rows, place)));
  if (known.length === 0) return;
  const usual = median(known);
  rows.forEach((row, place) => {
    const logOdds = HIGHER.byHeight * Math.log(at(heights, place) / usual) + HIGHER.always;
    shareOut(row, strokes, [1, Math.exp(Math.min(Math.max(logOdds, -MOST_BY_HEIGHT), MOST_BY_HEIGHT))]);
  });
}

/** What a glyph may be by its probabilities, at most TRIED. */
function readings(row: readonly number[], columns: ReadonlyMap<string, readonly number[]>): Readings {
  const found = [DIGIT, ...SEPARATORS].flatMap((sign) => {
    const own = columns.get(sign);
    return own ? [[sign, of(row, own)] as const] : [];
  });
  const least = LEAST * sum(found.map(([, p]) => p));
  const order = found.toSorted(([, a], [, b]) => b - a).slice(0, TRIED);
  return new Map(order.filter(([, p], place) => place === 0 || p > least));
}

/** The readings' probabilities, each glyph's sum as before, weighed by how usual the word is that they make. */
function weighed(read: readonly Readings[]): Readings[] {
  const total = (readings: Readings) => sum([...readings.values()]);
  const surest = read.map((readings) => Math.max(...readings.values()) / total(readings));
  const varied = [...read.keys()]
    .toSorted((a, b) => at(surest, a) - at(surest, b))
    .slice(0, DOUBTED)
    .filter((place) => at(read, place).size > 1);
  const tried = read.map((readings, place) =>
    [...readings.keys()].slice(0, varied.includes(place) ? undefined : 1),
  );
  const weights = new Map(varied.map((place) => [place, new Map<string, number>()]));
  for (const way of ways(tried)) {
    const likely = varied.map((place) => at(read, place).get(at(way, place)) ?? 0);
    const weight = likely.reduce((product, p) => product * p, custom(way.join("")));
    for (const [place, bySign] of weights) {
      bySign.set(at(way, place), (bySign.get(at(way, place)) ?? 0) + weight);
    }
  }
  return read.map((readings, place) => {
    const bySign = weights.get(place);
    if (!bySign) return readings;
    const scale = total(readings) / total(bySign);
    return new Map([...bySign].map(([sign, weight]) => [sign, weight * scale]));
  });
}

/** One of each, in every way. */
function ways(tried: readonly (readonly string[])[]): string[][] {
  return tried.reduce<string[][]>(
    (found, signs) => found.flatMap((way) => signs.map((sign) => [...way, sign])),
    [[]],
  );
}

/** How much oftener than by chance a word is written, 1 for digits alone. */
function custom(word: string): number {
  if (/^0+$/.test(word)) return 1;
  if (FORMATS.some((format) => format.test(word))) return USUAL;
  const kinds = new Set(word.replaceAll(",", ".").replaceAll(/[0()]/g, ""));
  const brackets = Math.abs(word.split("(").length - word.split(")").length);
  return ODD ** ((word.match(ODDITIES)?.length ?? 0) + brackets + Math.max(kinds.size - 1, 0));
}

/** The probability of some columns together. */
function of(row: readonly number[], columns: readonly number[]): number {
  return sum(columns.map((column) => at(row, column)));
}
