/**
 * Layout: the glyphs that a page file found, in no order, to lines of text.
 *
 *   probabilities -> masked    to the labels asked for
 *   boxes         -> lines     by a sweep from left to right, along the slope of the writing
 *                 -> words     by the gaps between the glyphs of a line
 *                 -> context   labels of one shape, by their height in the line and by their word;
 *                              strokes that are 1 or /, by where these stand in numbers and dates
 *
 * The twin of src/inkread/layout.py, step by step; tests/golden/layout.json holds the two together. Lengths are in
 * sizes, the median over all glyphs of the longer side of their boxes: the scale of a picture makes no difference.
 */
import type { Box, Line } from "./types";

/** Labels of one shape, such as c and C. */
export type Twins = readonly (readonly string[])[];

// A glyph stands in a line where its centre is at most this far from where the line is expected: so much of the
// height of the taller of both, and of the lower. A comma below the baseline is in, the next line is out.
const REACH_TALLER = 0.6;
const REACH_LOWER = 0.1;
const SMALL = 0.5; // of the line's height; a lower glyph, e.g. a point, says nothing about where the line runs
const STACKED = 0.6; // of the narrower width; what shares more of it and no height stands in two lines
const RIDGE = 4; // squared heights of a line: what holds its slope to 0 until it is longer than that
const STEEPEST = 0.35; // down by right; 15 degrees are 0.27
const LEVEL = 0.02; // down by right; writing below it needs no second sweep

// A gap is a space where it is wider than `usual` times the usual gap, within bounds in sizes of the line
const TEXT_GAPS = { least: 0.65, usual: 2, most: 1.3 };
const NUMBER_GAPS = { least: 1.6, usual: 3, most: 4 };

const LEAST_ASKED = 0.05; // of a glyph's probability, for it to be one of the labels asked for
const LEAST_TWIN = 1e-6; // of a twin's, which counts as a label's own: where no label asked for has any, its twins share it

const FOREIGN = 0.04; // chance of a glyph of another kind in a word, e.g. of a digit among letters
const VOTE = 0.5; // glyphs that a word must have beside one to say anything of it
const X_HEIGHT = 0.62; // of a capital's height, where a line does not show it
const HEIGHT_SPREAD = 0.18; // standard deviation of the logarithm of a glyph's height
const MOST_BY_HEIGHT = 3.2; // logarithm of the odds that height alone may give
const ALIKE = 0.9; // of the high ones' height; low ones above it are no other height
const TELLING = 1.35; // ratio of heights from which twins alone show what is high and what is low

const AT_END = 0.05; // odds that a word begins or ends with "/", beside that it is there
const DATE = 50; // how much oftener "/" stands twice in what may be a date, 4/27/92 or 11/5/1992, than by chance
const DATE_PARTS = { before: [1, 2], between: [1, 2], after: [2, 4] }; // digits

const DIGITS = new Set("0123456789");
const UPPER = new Set("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
const LOWER = new Set("abcdefghijklmnopqrstuvwxyz");
export const LETTERS = new Set([...UPPER, ...LOWER]);
const CHARACTERS = new Set([...DIGITS, ...LETTERS]);
const HIGH = new Set([...DIGITS, ...UPPER, ..."bdfhkl"]); // as high as a capital
const LOW = new Set("acegmnopqrsuvwxyz"); // up to the x-height; t, i and j are neither
const HANGING = new Set("gjpqyJPQY"); // these, or what is written alike, may reach below the baseline

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
  partWords(lines, asked.some((label) => LETTERS.has(label)) ? TEXT_GAPS : NUMBER_GAPS);
  const order = lines.flatMap(({ glyphs }) => glyphs.map(({ row }) => row));
  const settled = new Context(asked, twins).settle(
    order.map((row) => [...at(probabilities, row)]),
    lines,
  );
  const every = lines.flatMap(({ words }) => words);
  settleSlashes(settled, every, asked);
  const chosen = settled.map((row) => bestOf(row));
  const read = chosen.map((column) => at(asked, column));
  const answered = lines.map(({ glyphs, words }) => {
    const first = at(words, 0).start;
    const text = words.map(({ start, end }) => read.slice(start, end).join("")).join(" ");
    return { text, first, end: first + glyphs.length };
  });
  return { order, lines: answered, probabilities: settled, chosen };
}

/** A box, in sizes, and the best label of its shape. */
interface Placed {
  row: number; // in the input
  label: string;
  x: number; // of the centre
  y: number;
  width: number;
  height: number;
}

/** Positions among all glyphs of the page, from `start` to before `end`. */
interface Word {
  start: number;
  end: number;
}

/** Glyphs from left to right. */
interface Row {
  glyphs: Placed[];
  slope: number; // down by right
  words: Word[];
}

const left = ({ x, width }: Placed) => x - width / 2;
const right = ({ x, width }: Placed) => x + width / 2;

/** The glyphs of `rows` from left to right, in sizes, from the corner of all. */
function placed(
  boxes: readonly Box[],
  probabilities: readonly number[][],
  asked: readonly string[],
  rows: readonly number[],
): Placed[] {
  const kept = rows.map((row) => at(boxes, row));
  const corner = { x: Math.min(...kept.map(({ x }) => x)), y: Math.min(...kept.map(({ y }) => y)) };
  const moved = kept.map(({ x, y, width, height }) => ({
    x: x - corner.x, // before anything is rounded, so that a shift makes no difference
    y: y - corner.y,
    width: Math.max(width, 1e-3), // px
    height: Math.max(height, 1e-3),
  }));
  const size = median(moved.map(({ width, height }) => Math.max(width, height)));
  return rows
    .map((row, i): Placed => {
      const box = at(moved, i);
      const [width, height] = [box.width / size, box.height / size];
      const label = at(asked, bestOf(at(probabilities, row)));
      return { row, label, x: box.x / size + width / 2, y: box.y / size + height / 2, width, height };
    })
    .sort(
      (a, b) =>
        a.x - b.x || a.y - b.y || a.width - b.width || a.height - b.height || (a.label < b.label ? -1 : 1),
    );
}

/** The lines from top to bottom; the second sweep knows the slope that the first one found. */
function linesOf(glyphs: readonly Placed[]): Row[] {
  const sweep = new Sweep(glyphs, 0);
  const slope = Math.min(Math.max(sweep.commonTilt(), -STEEPEST), STEEPEST);
  return (Math.abs(slope) > LEVEL ? new Sweep(glyphs, slope) : sweep).lines();
}

/** A straight line through points, by running sums (Welford 1962), held towards level. */
class Trend {
  #count = 0;
  x = 0;
  y = 0;
  xx = 0;
  xy = 0;

  add(x: number, y: number): void {
    this.#count++;
    const off = x - this.x;
    this.x += off / this.#count;
    this.y += (y - this.y) / this.#count;
    this.xx += off * (x - this.x);
    this.xy += off * (y - this.y);
  }
}

/**
 * A line that goes on: its glyphs, the trend of those that are no small signs, and where it is expected.
 *
 * Its x, y and height are running means of those glyphs, half of each the last one.
 */
class Open {
  readonly glyphs: Placed[] = [];
  trend = new Trend();
  tilt = 0;
  #x: number;
  #y: number;
  #height: number;

  constructor({ x, height }: Placed, y: number) {
    this.#x = x;
    this.#y = y;
    this.#height = height;
  }

  /** How far a place is from where the line is expected there. */
  away(x: number, y: number): number {
    return Math.abs(y - (this.#y - this.tilt * this.#x + this.tilt * x));
  }

  /** Goes on with `glyph`, its centre at the level `y`. */
  add(glyph: Placed, y: number): void {
    this.glyphs.push(glyph);
    if (glyph.height < SMALL * this.#height) return;
    if (this.#height < SMALL * glyph.height) {
      // until now there were only small signs
      this.trend = new Trend();
      [this.#x, this.#y, this.#height] = [glyph.x, y, glyph.height];
    } else {
      [this.#x, this.#y] = [(this.#x + glyph.x) / 2, (this.#y + y) / 2];
      this.#height = (this.#height + glyph.height) / 2;
    }
    this.trend.add(glyph.x, y);
    this.tilt = this.trend.xy / (this.trend.xx + RIDGE * this.#height * this.#height);
  }

  /** How far `glyph`, so far away from where the line is expected, is from standing in it: 0-1 if it does. */
  miss(glyph: Placed, away: number): number {
    const last = at(this.glyphs, this.glyphs.length - 1);
    const shared = Math.min(right(last), right(glyph)) - Math.max(left(last), left(glyph));
    const stacked = shared > STACKED * Math.min(last.width, glyph.width);
    if (stacked && Math.abs(last.y - glyph.y) >= (last.height + glyph.height) / 2)
      return Number.POSITIVE_INFINITY;
    const [taller, lower] = [Math.max(this.#height, glyph.height), Math.min(this.#height, glyph.height)];
    return away / (REACH_TALLER * taller + REACH_LOWER * lower);
  }
}

/**
 * Each glyph, from left to right, joins the line it misses least, or begins one.
 *
 * A line is expected to go on from where it is along its own slope. Heights are levelled by `slope` before.
 */
class Sweep {
  readonly #slope: number;
  readonly #open: Open[] = [];
  readonly #farthest: number;

  constructor(glyphs: readonly Placed[], slope: number) {
    this.#slope = slope;
    this.#farthest = (REACH_TALLER + REACH_LOWER) * Math.max(...glyphs.map(({ height }) => height));
    for (const glyph of glyphs) this.#take(glyph, glyph.y - slope * glyph.x);
  }

  /** The slope that all lines share, beside the one they were levelled by. */
  commonTilt(): number {
    const trends = this.#open.map(({ trend }) => trend);
    return sum(trends.map(({ xy }) => xy)) / (sum(trends.map(({ xx }) => xx)) + RIDGE);
  }

  /** From top to bottom. */
  lines(): Row[] {
    return this.#open
      .toSorted((a, b) => a.trend.y - b.trend.y || a.trend.x - b.trend.x)
      .map(({ glyphs, tilt }) => ({ glyphs, slope: this.#slope + tilt, words: [] }));
  }

  #take(glyph: Placed, y: number): void {
    let nearest: Open | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const line of this.#open) {
      const away = line.away(glyph.x, y);
      if (away > this.#farthest) continue;
      const miss = line.miss(glyph, away);
      if (miss < least) [nearest, least] = [line, miss];
    }
    if (!nearest || least > 1) {
      nearest = new Open(glyph, y);
      this.#open.push(nearest);
    }
    nearest.add(glyph, y);
  }
}

/** Parts each line into words at the gaps that are wide beside the usual one of the picture. */
function partWords(lines: readonly Row[], { least, usual, most }: typeof TEXT_GAPS): void {
  const gaps = lines.map(({ glyphs }) => gapsOf(glyphs)); // in sizes of the line
  const every = gaps.flat().map((gap) => Math.max(gap, 0));
  const limit = every.length > 0 ? Math.min(Math.max(least, usual * median(every)), most) : most;
  let end = 0;
  lines.forEach((line, i) => {
    const first = end;
    end += line.glyphs.length;
    const wide = at(gaps, i).flatMap((gap, before) => (gap > limit ? [first + before + 1] : []));
    const starts = [first, ...wide];
    line.words = starts.map((start, word) => ({ start, end: starts[word + 1] ?? end }));
  });
}

/** Between each glyph and all that stands to the left of it, by the size of the glyphs that are no small signs. */
function gapsOf(glyphs: readonly Placed[]): number[] {
  const [first, ...others] = glyphs;
  if (!first || others.length === 0) return [];
  const middle = median(glyphs.map(({ height }) => height));
  const tall = glyphs.filter(({ height }) => height >= SMALL * middle);
  const size = median(tall.map(({ width, height }) => (width + height) / 2));
  let edge = right(first);
  return others.map((glyph) => {
    const gap = (left(glyph) - edge) / size;
    edge = Math.max(edge, right(glyph));
    return gap;
  });
}

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
class Context {
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

/** Shares what is 1 or / out anew, in place: many people write them alike, but / only between digits. */
function settleSlashes(settled: readonly number[][], words: readonly Word[], asked: readonly string[]): void {
  const columns = [asked.indexOf("1"), asked.indexOf("/")];
  if (columns.includes(-1)) return;
  const digits = [...asked.keys()].filter((column) => DIGITS.has(at(asked, column)));
  for (const { start, end } of words) {
    if (end - start < 2) continue;
    const rows = settled.slice(start, end);
    const slashes = rows.map((row) => at(row, at(columns, 1)));
    const certain = rows.map(
      (row, place) => at(slashes, place) + sum(digits.map((column) => at(row, column))),
    );
    const shares = slashes.map((slash, place) => slash / Math.max(at(certain, place), 1e-9));
    const dates = Math.min(...certain) > 0.5 ? datesOf(shares) : [];
    rows.forEach((row, place) => {
      const share = at(shares, place);
      let odds = place === 0 || place === rows.length - 1 ? AT_END : 1;
      if (dates.length > 0 && share > 0 && share < 1) {
        const here = sum(dates.map(({ slashes, weight }) => (slashes.includes(place) ? weight : 0)));
        const now = (share + here) / (1 + sum(dates.map(({ weight }) => weight)));
        odds *= ((now / (1 - now)) * (1 - share)) / share;
      }
      shareOut(row, columns, [1, odds]);
    });
  }
}

/**
 * Where the slashes of a date may stand in a word whose glyphs are / with such probabilities: how likely each, where
 * 1 is that it is no date.
 */
function datesOf(shares: readonly number[]): { slashes: number[]; weight: number }[] {
  const { before, between, after } = DATE_PARTS;
  const places = before.flatMap((first) => between.map((middle) => [first, first + 1 + middle]));
  return places
    .filter(([, second]) => after.includes(shares.length - (second ?? 0) - 1))
    .map((slashes) => ({
      slashes,
      weight: shares.reduce((w, share, place) => w * (slashes.includes(place) ? share : 1 - share), DATE),
    }));
}

/** (labels, kinds): the chance of a label in a word of each kind, of any scale. */
function table(labels: readonly string[], kinds: readonly Kind[]): number[][] {
  return labels.map((label) => kinds.map((kind) => kind.get(label) ?? FOREIGN));
}

/** Shares the probability of the `columns` of `row` out among them anew, by their `odds`. */
function shareOut(row: number[], columns: readonly number[], odds: readonly number[]): void {
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

/** The column of the likeliest label but the reject label, which is the last one; the first of equals. */
function bestOf(row: readonly number[]): number {
  const labels = row.slice(0, -1);
  return labels.indexOf(Math.max(...labels));
}

/** The middle of some numbers, at least one; between the two in the middle of an even count. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2
    ? at(sorted, Math.floor(middle))
    : (at(sorted, middle - 1) + at(sorted, middle)) / 2;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** What stands at a place that is known to be there. */
function at<T>(values: readonly T[], index: number): T {
  return values[index] as T;
}
