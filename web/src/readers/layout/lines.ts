/**
 * Lines and words: where the glyphs of a page stand, by their boxes alone. The twin of src/inkread/layout/lines.py.
 *
 *   boxes -> lines    by a sweep from left to right, along the slope of the writing
 *         -> words    by the gaps between the glyphs of a line
 */
import type { Box } from "../types";
import { at, bestOf, median, sum } from "./arithmetic";

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

/** A box, in sizes, and the best label of its shape. */
export interface Placed {
  row: number; // in the input
  label: string;
  x: number; // of the centre
  y: number;
  width: number;
  height: number;
}

/** Positions among all glyphs of the page, from `start` to before `end`. */
export interface Word {
  start: number;
  end: number;
}

/** Glyphs from left to right. */
export interface Row {
  glyphs: Placed[];
  slope: number; // down by right
  words: Word[];
}

const left = ({ x, width }: Placed) => x - width / 2;
const right = ({ x, width }: Placed) => x + width / 2;

/** The glyphs of `rows` from left to right, in sizes, from the corner of all. */
export function placed(
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
export function linesOf(glyphs: readonly Placed[]): Row[] {
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

/**
 * Parts each line into words at the gaps that are wide beside the usual one of the picture.
 *
 * `numbers`: whether no letter is asked for; a number may be written with wide gaps.
 */
export function partWords(lines: readonly Row[], numbers: boolean): void {
  const { least, usual, most } = numbers ? NUMBER_GAPS : TEXT_GAPS;
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
