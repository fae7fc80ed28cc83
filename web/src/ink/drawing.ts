import { erased } from "./eraser";
import type { Point, Stroke } from "./stroke";

type Strokes = readonly Stroke[];

const MAX_STEPS = 500; // of undo; a step shares its strokes with the next one
const MAX_POINTS = 20_000; // what the API takes; three minutes without lifting the pen

/**
 * Strokes being drawn, with undo and redo.
 *
 * One gesture is one step: pen down to pen up, one wipe of the eraser, or a clear. While the pen is down,
 * its stroke is the last one of `strokes` and grows in place, so that whoever draws can go on from where
 * they were; everything else that changes is a new array of the same strokes.
 */
export class Drawing {
  #strokes: Strokes;
  #past: Strokes[] = [];
  #future: Strokes[] = [];
  #gesture: { before: Strokes; pen: Point[] | null; eraser: Point | null } | null = null;
  #points = 0;
  #revision = 0;
  readonly #listeners = new Set<() => void>();

  /** Goes on from strokes drawn before, such as before a reload. */
  constructor(strokes: Strokes = []) {
    this.#strokes = strokes;
  }

  get strokes(): Strokes {
    return this.#strokes;
  }

  /** Another number after each change of the strokes. */
  get revision(): number {
    return this.#revision;
  }

  get isEmpty(): boolean {
    return this.#strokes.length === 0;
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** The pen touches the paper. */
  begin(point: Point, nib: number): void {
    this.end();
    const points = [point];
    this.#gesture = { before: this.#strokes, pen: points, eraser: null };
    this.#points = this.#strokes.reduce((sum, stroke) => sum + stroke.points.length, 1);
    this.#strokes = [...this.#strokes, { points, nib }];
    this.#changed();
  }

  /** The pen moves on; points at the place of the last one are left out. */
  extend(points: readonly Point[]): void {
    const pen = this.#gesture?.pen;
    if (!pen) return;
    let grown = false;
    for (const point of points) {
      const last = pen[pen.length - 1];
      if ((last && last[0] === point[0] && last[1] === point[1]) || this.#points >= MAX_POINTS) continue;
      pen.push(point);
      this.#points++;
      grown = true;
    }
    if (grown) this.#changed();
  }

  /** The eraser touches the paper at `point`, or moves on to it. */
  erase(point: Point, radius: number): void {
    if (!this.#gesture?.eraser) {
      this.end();
      this.#gesture = { before: this.#strokes, pen: null, eraser: point };
    }
    const gesture = this.#gesture as { eraser: Point };
    const [from, to] = [gesture.eraser, point];
    const left = erased(this.#strokes, [from[0], from[1]], [to[0], to[1]], radius);
    gesture.eraser = point;
    if (left === this.#strokes) return;
    this.#strokes = left;
    this.#changed();
  }

  /** Pen or eraser leaves the paper: the gesture becomes a step. */
  end(): void {
    const before = this.#gesture?.before;
    this.#gesture = null;
    if (!before || before === this.#strokes) return;
    this.#step(before);
    this.#notify(); // there is more to undo; the strokes are as they were
  }

  /** The gesture was none, a palm or a scroll: as if it had not begun. */
  cancel(): void {
    const before = this.#gesture?.before;
    this.#gesture = null;
    if (!before || before === this.#strokes) return;
    this.#strokes = before;
    this.#changed();
  }

  /** False where there was nothing to clear. */
  clear(): boolean {
    this.end();
    if (this.isEmpty) return false;
    const before = this.#strokes;
    this.#strokes = [];
    this.#step(before);
    this.#changed();
    return true;
  }

  /** Other strokes take the place of all of them, as one step. */
  replace(strokes: Strokes): void {
    this.end();
    const before = this.#strokes;
    this.#strokes = strokes;
    this.#step(before);
    this.#changed();
  }

  undo(): void {
    this.end();
    this.#move(this.#past, this.#future);
  }

  redo(): void {
    this.end();
    this.#move(this.#future, this.#past);
  }

  /** Calls `listener` after each change and at the end of each gesture; the answer ends that. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #step(before: Strokes): void {
    this.#past.push(before);
    if (this.#past.length > MAX_STEPS) this.#past.shift();
    this.#future = [];
  }

  #move(from: Strokes[], to: Strokes[]): void {
    const strokes = from.pop();
    if (!strokes) return;
    to.push(this.#strokes);
    this.#strokes = strokes;
    this.#changed();
  }

  #changed(): void {
    this.#revision++;
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
