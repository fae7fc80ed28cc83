import { Memory } from "./fresh";
import { LARGE_SQUARE, type Point, type Stroke } from "./stroke";

const NO_PRESSURE = 0.5; // what the Pointer Events standard reports for a mouse, and this page for a finger
const FAST = 1.6; // px/ms at which a pen without pressure writes at its thinnest
const EASE = 36; // px of way over which speed is levelled out, and over which the width follows
const GRAIN = 0.4; // px: the width changes in steps too small to see,
const CHORD = 4; // px: and a curve is cut into lines too short to see

type Place = readonly [x: number, y: number];

/** One stretch of ink: a curve, and how wide it is at both ends. */
interface Stretch {
  from: Place;
  over: Place; // control point
  to: Place;
  start: number; // px
  end: number; // px
}

/**
 * The ink on the screen: curves through the middles of the segments, wider under pressure, thinner at
 * speed. Each stretch is drawn once, on the settled layer, when its end is known; the way from there to the
 * pen is redrawn every frame on the wet layer above.
 */
export class Nib {
  readonly #memory = new Memory();
  readonly #settled: CanvasRenderingContext2D;
  readonly #wet: CanvasRenderingContext2D;
  #open: Stroke | null = null; // the last one, whose tail is wet
  #width = 0; // at its last settled place, px
  #speed = 0; // there, px/ms
  #wetted: Stretch | null = null;

  constructor(settled: CanvasRenderingContext2D, wet: CanvasRenderingContext2D) {
    this.#settled = settled;
    this.#wet = wet;
  }

  /** Brings the screen up to date. `anew` forgets what was drawn, as after a change of size or colour. */
  draw(strokes: readonly Stroke[], colour: string, anew = false): void {
    const fresh = anew ? null : this.#memory.since(strokes);
    for (const layer of [this.#settled, this.#wet]) {
      Object.assign(layer, { strokeStyle: colour, fillStyle: colour, lineCap: "round", lineJoin: "round" });
    }
    if (fresh === null) this.#blank();
    for (const { stroke, from } of fresh ?? this.#memory.since(strokes) ?? []) {
      if (stroke !== this.#open) this.#dry();
      this.#open = stroke;
      for (let i = from; i < stroke.points.length; i++) this.#settle(stroke, i);
    }
    this.#wipe(); // after the settled layer has it, so that no frame is without
    this.#wetted = this.#open && tail(this.#open.points, this.#width);
    if (this.#wetted) paint(this.#wet, this.#wetted);
  }

  #blank(): void {
    this.#memory.forget();
    this.#open = null;
    this.#settled.clearRect(0, 0, LARGE_SQUARE.width, LARGE_SQUARE.height); // whatever sheet it is
  }

  /** The pen has left the open stroke: its tail settles. */
  #dry(): void {
    const last = this.#open && tail(this.#open.points, this.#width);
    if (last) paint(this.#settled, last);
  }

  #wipe(): void {
    if (!this.#wetted) return;
    const { from, to, start } = this.#wetted;
    const edge = start / 2 + 2;
    const [left, top] = [Math.min(from[0], to[0]) - edge, Math.min(from[1], to[1]) - edge];
    const [right, bottom] = [Math.max(from[0], to[0]) + edge, Math.max(from[1], to[1]) + edge];
    this.#wet.clearRect(left, top, right - left, bottom - top);
  }

  #settle({ points, nib }: Stroke, i: number): void {
    const [a, b, c] = [points[i - 2], points[i - 1], points[i]];
    if (!c) return;
    if (!b) {
      this.#speed = 0;
      this.#width = nib * widthAt(c, this.#speed);
      return;
    }
    const way = Math.hypot(c[0] - b[0], c[1] - b[1]);
    const follow = 1 - Math.exp(-way / EASE);
    this.#speed += (way / Math.max(1, c[2] - b[2]) - this.#speed) * follow;
    const start = this.#width;
    this.#width += (nib * widthAt(c, this.#speed) - start) * follow;
    const from = a ? middle(a, b) : at(b);
    paint(this.#settled, { from, over: at(b), to: middle(b, c), start, end: this.#width });
  }
}

/** From the last settled place to the pen. */
function tail(points: readonly Point[], width: number): Stretch | null {
  const [b, c] = [points.at(-2), points.at(-1)];
  if (!c) return null;
  return { from: b ? middle(b, c) : at(c), over: at(c), to: at(c), start: width, end: width };
}

function paint(layer: CanvasRenderingContext2D, { from, over, to, start, end }: Stretch): void {
  if (from[0] === to[0] && from[1] === to[1]) {
    layer.beginPath();
    layer.arc(to[0], to[1], end / 2, 0, 2 * Math.PI);
    layer.fill();
    return;
  }
  const steps = Math.ceil(Math.abs(end - start) / GRAIN);
  const pieces = steps > 1 ? Math.max(steps, Math.ceil(length(from, over, to) / CHORD)) : 1;
  const place = (axis: 0 | 1, share: number) =>
    (1 - share) ** 2 * from[axis] + 2 * share * (1 - share) * over[axis] + share ** 2 * to[axis];
  for (let piece = 0; piece < pieces; piece++) {
    const [a, b] = [piece / pieces, (piece + 1) / pieces];
    layer.lineWidth = start + (end - start) * b;
    layer.beginPath();
    layer.moveTo(place(0, a), place(1, a));
    if (pieces === 1) layer.quadraticCurveTo(...over, ...to);
    else layer.lineTo(place(0, b), place(1, b));
    layer.stroke();
  }
}

/** Of the two legs of a curve, an upper bound of its own, in px. */
function length(from: Place, over: Place, to: Place): number {
  return Math.hypot(over[0] - from[0], over[1] - from[1]) + Math.hypot(to[0] - over[0], to[1] - over[1]);
}

/** How wide the pen writes, as a share of its nib. */
function widthAt([, , , pressure]: Point, speed: number): number {
  return pressure === NO_PRESSURE ? 1.05 - 0.4 * Math.min(1, speed / FAST) : 0.35 + 1.1 * pressure;
}

function at([x, y]: Point): Place {
  return [x, y];
}

function middle(a: Point, b: Point): Place {
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}
