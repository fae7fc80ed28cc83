/**
 * Context: which of the labels of one shape a glyph is, by its height in the line and the rest of its word.
 * The twin of src/inkread/layout/context.py.
 */
import { at, median, sum } from "./arithmetic";
import type { Placed, Row, Word } from "./lines";

/** Labels of one shape, such as c and C. */
export type Twins = readonly (readonly string[])[];

const FOREIGN = 0.04; // chance of a glyph of another kind in a word, e.g. of a digit among letters
const VOTE = 0.5; // glyphs that a word must have beside one to say anything of it
const X_HEIGHT = 0.62; // of a capital's height, where a line does not show it
const HEIGHT_SPREAD = 0.18; // standard deviation of the logarithm of a glyph's height
const MOST_BY_HEIGHT = 3.2; // logarithm of the odds that height alone may give
const ALIKE = 0.9; // of the high ones' height; low ones above it are no other height
const TELLING = 1.35; // ratio of heights from which twins alone show what is high and what is low

export const DIGITS = new Set("0123456789");
const UPPER = new Set("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
const LOWER = new Set("abcdefghijklmnopqrstuvwxyz");
export const LETTERS = new Set([...UPPER, ...LOWER]);
export const CHARACTERS = new Set([...DIGITS, ...LETTERS]);
const HIGH = new Set([...DIGITS, ...UPPER, ..."bdfhkl"]); // as high as a capital
const LOW = new Set("acegmnopqrsuvwxyz"); // up to the x-height; t, i and j are neither
const HANGING = new Set("gjpqyJPQY"); // these, or what is written alike, may reach below the baseline

/** How well a label belongs in a word of one kind, by label; those of other kinds are FOREIGN. */
type Kind = ReadonlyMap<string, number>;

const kind = (labels: Iterable<string>, chance: number): Kind =>
  new Map([...labels].map((label) => [label, chance]));

// The kinds of words: how well a label belongs in each, as its first glyph and after. Signs settle nothing, but where
// "+" and "t" are in doubt, the sign belongs to the digits.
const NUMBER = kind([...DIGITS, "+"], 1);
const CAPITALS = kind(UPPER, 1);
const FIRST: readonly Kind[] = [NUMBER, CAPITALS, kind(LETTERS, 0.5)];
const REST: readonly Kind[] = [NUMBER, CAPITALS, kind(LOWER, 1)];
const COMMON = [2, 1, 2]; // how often people write words of each kind, beside the others

/** Labels of one shape, by each of them. */
type Groups = ReadonlyMap<string, readonly string[]>;

/**
 * Settles which of the labels of one shape a glyph is, by its height in the line and the rest of its word.
 *
 * A word is of one of three kinds; how likely each is, its other glyphs say.
 */
export class Context {
  readonly #groups: Groups;
  readonly #column: ReadonlyMap<string, number>;
  readonly #voters: readonly number[];
  readonly #start: readonly number[][]; // (labels, kinds)
  readonly #rest: readonly number[][];

  constructor(asked: readonly string[], twins: Twins) {
    this.#column = new Map(asked.map((label, column) => [label, column]));
    const groups = twins.map((group) => group.filter((label) => this.#column.has(label)));
    this.#groups = new Map(
      groups.flatMap((group) => (group.length > 1 ? group.map((label) => [label, group]) : [])),
    );
    this.#voters = [...asked.keys()].filter((column) => CHARACTERS.has(at(asked, column)));
    this.#start = table(asked, FIRST);
    this.#rest = table(asked, REST);
  }

  /** `settled`: probabilities of the glyphs in reading order; those of one shape are shared out anew in place. */
  settle(settled: number[][], lines: readonly Row[]): number[][] {
    if (this.#groups.size === 0) return settled;
    const starts = new Set<number>();
    for (const line of lines) {
      const heights = new Heights(line, this.#groups);
      // a capital among small letters would show
      if (heights.known) for (const { start } of line.words) starts.add(start);
      line.glyphs.forEach((glyph, i) => {
        const odds = heights.odds(glyph, this.#groups.get(glyph.label) ?? []);
        if (odds) shareOut(at(settled, at(line.words, 0).start + i), this.#columns(glyph.label), odds);
      });
    }
    const words = lines.flatMap((line) => line.words);
    const fitting = this.#fitting(settled, words, starts);
    lines
      .flatMap(({ glyphs }) => glyphs)
      .forEach(({ label }, row) => {
        const columns = this.#columns(label);
        const fits = at(fitting, row);
        if (columns.length > 0) {
          shareOut(
            at(settled, row),
            columns,
            columns.map((column) => fits?.[column] ?? 1),
          );
        }
      });
    return settled;
  }

  #columns(label: string): number[] {
    return (this.#groups.get(label) ?? []).map((twin) => this.#column.get(twin) ?? 0);
  }

  /**
   * How well each label fits the other glyphs of the word, of any scale, by glyph; null where they say nothing.
   *
   * `starts`: the glyphs that may be the capital of a word of small letters.
   */
  #fitting(
    probabilities: readonly number[][],
    words: readonly Word[],
    starts: ReadonlySet<number>,
  ): (number[] | null)[] {
    const tables = probabilities.map((_, glyph) => (starts.has(glyph) ? this.#start : this.#rest));
    // a glyph that is likely a sign says little
    const weights = probabilities.map((row) => sum(this.#voters.map((column) => at(row, column))));
    const says = probabilities.map((row, glyph) => {
      const weight = at(weights, glyph);
      return COMMON.map((_, kind) => {
        const fits = sum(
          this.#voters.map((column) => at(row, column) * at(at(at(tables, glyph), column), kind)),
        );
        return weight * Math.log(Math.max(fits, 1e-9) / Math.max(weight, 1e-9));
      });
    });
    return words.flatMap(({ start, end }) => {
      const [own, said] = [weights.slice(start, end), says.slice(start, end)];
      return own.map((weight, i) => {
        if (sum(own) - weight < VOTE) return null;
        const others = COMMON.map((_, kind) => sum(said.map((one) => at(one, kind))) - at(at(said, i), kind));
        const most = Math.max(...others);
        const kinds = others.map((other, kind) => at(COMMON, kind) * Math.exp(other - most));
        return at(tables, start + i).map((chances) =>
          sum(chances.map((chance, kind) => chance * at(kinds, kind))),
        );
      });
    });
  }
}

/** (labels, kinds): the chance of a label in a word of each kind, of any scale. */
function table(labels: readonly string[], kinds: readonly Kind[]): number[][] {
  return labels.map((label) => kinds.map((kind) => kind.get(label) ?? FOREIGN));
}

/** Shares the probability of the `columns` of `row` out among them anew, by their `odds`. */
export function shareOut(row: number[], columns: readonly number[], odds: readonly number[]): void {
  const before = columns.map((column) => at(row, column));
  const after = before.map((probability, i) => probability * at(odds, i));
  const total = sum(after);
  if (total <= 0) return;
  columns.forEach((column, i) => {
    row[column] = at(after, i) * (sum(before) / total);
  });
}

/** How far high and low glyphs of a line rise above its baseline, as far as the line shows that. */
class Heights {
  known = false;
  readonly #slope: number;
  #baseline = 0;
  #high = 0;
  #low = 0;

  constructor({ glyphs, slope }: Row, groups: Groups) {
    this.#slope = slope;
    if (glyphs.length === 1) return;
    const standing = glyphs.filter(({ label }) => CHARACTERS.has(label) && !hangs(label, groups));
    if (standing.length === 0) return;
    this.#baseline = median(standing.map((glyph) => this.#level(glyph) + glyph.height / 2));
    const rises = (of: (label: string) => boolean) =>
      glyphs.filter(({ label }) => of(label)).map((glyph) => this.#rise(glyph));
    let highs = rises((label) => !groups.has(label) && HIGH.has(label));
    let lows = rises((label) => !groups.has(label) && LOW.has(label));
    if (highs.length === 0 && lows.length === 0) {
      const twins = rises((label) => differ(groups.get(label) ?? []));
      if (twins.length === 0 || Math.max(...twins) < TELLING * Math.min(...twins)) return;
      [highs, lows] = [[Math.max(...twins)], [Math.min(...twins)]];
    }
    this.#high = highs.length > 0 ? median(highs) : median(lows) / X_HEIGHT;
    this.#low = lows.length > 0 ? median(lows) : this.#high * X_HEIGHT;
    this.known = this.#low < ALIKE * this.#high;
  }

  /** How well the glyph's height suits each label of its `group`, of any scale; null where it says nothing. */
  odds(glyph: Placed, group: readonly string[]): number[] | null {
    if (!this.known || !differ(group)) return null;
    const rise = this.#rise(glyph);
    const [fromHigh, fromLow] = [Math.log(rise / this.#high), Math.log(rise / this.#low)];
    const forHigh = (fromLow ** 2 - fromHigh ** 2) / (2 * HEIGHT_SPREAD ** 2); // logarithm of the odds
    const odds = Math.exp(Math.min(Math.max(forHigh, -MOST_BY_HEIGHT), MOST_BY_HEIGHT));
    return group.map((label) => (HIGH.has(label) ? odds : 1));
  }

  #rise(glyph: Placed): number {
    return Math.max(this.#baseline - this.#level(glyph) + glyph.height / 2, 0.05);
  }

  /** The height of the glyph's centre in the line made level. */
  #level({ x, y }: Placed): number {
    return y - this.#slope * x;
  }
}

/** Whether a glyph of this shape may reach below the baseline. */
function hangs(label: string, groups: Groups): boolean {
  return (groups.get(label) ?? [label]).some((twin) => HANGING.has(twin));
}

/** Whether the heights of all of these labels are known and not the same. */
function differ(group: readonly string[]): boolean {
  const high = group.filter((label) => HIGH.has(label)).length;
  return high > 0 && high < group.length && group.every((label) => HIGH.has(label) || LOW.has(label));
}
