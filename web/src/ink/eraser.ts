import type { Point, Stroke } from "./stroke";

/**
 * The strokes without what a round eraser of `radius` px touched on its way from one place to the other.
 * A stroke cut in the middle becomes two; an untouched one stays the same object. The same array comes
 * back where nothing was touched.
 */
export function erased(
  strokes: readonly Stroke[],
  from: readonly [x: number, y: number],
  to: readonly [x: number, y: number],
  radius: number,
): readonly Stroke[] {
  const steps = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / (radius / 2)));
  let left = strokes;
  for (let step = 1; step <= steps; step++) {
    const share = step / steps;
    left = dabbed(left, from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share, radius);
  }
  return left;
}

function dabbed(strokes: readonly Stroke[], x: number, y: number, radius: number): readonly Stroke[] {
  let touched = false;
  const left = strokes.flatMap((stroke) => {
    const pieces = cut(stroke.points, x, y, radius);
    if (pieces === null) return [stroke];
    touched = true;
    return pieces.map((points) => ({ points, nib: stroke.nib }));
  });
  return touched ? left : strokes;
}

/** The pieces of a line outside of a circle; null where the circle touches none of it. */
function cut(points: readonly Point[], x: number, y: number, radius: number): Point[][] | null {
  const inside = ([px, py]: Point) => Math.hypot(px - x, py - y) < radius;
  const pieces: Point[][] = [];
  let piece: Point[] = [];
  let touched = false;
  const close = () => {
    touched = true;
    if (piece.length > 0) pieces.push(piece);
    piece = [];
  };
  points.forEach((point, i) => {
    const before = points[i - 1];
    const crossing = before && crossings(before, point, x, y, radius);
    if (crossing) {
      const [entry, exit] = crossing;
      if (entry > 0) piece.push(between(before, point, entry));
      close();
      if (exit < 1) piece.push(between(before, point, exit));
    }
    if (inside(point)) close();
    else piece.push(point);
  });
  if (piece.length > 0) pieces.push(piece);
  return touched ? pieces : null;
}

/** Where, 0-1, the segment from a to b enters and leaves the circle; null where it passes by. */
function crossings(a: Point, b: Point, x: number, y: number, radius: number): [number, number] | null {
  const [dx, dy, fx, fy] = [b[0] - a[0], b[1] - a[1], a[0] - x, a[1] - y];
  const square = dx * dx + dy * dy;
  const along = -(fx * dx + fy * dy);
  const root = along * along - square * (fx * fx + fy * fy - radius * radius);
  if (square === 0 || root <= 0) return null;
  const half = Math.sqrt(root);
  const [entry, exit] = [(along - half) / square, (along + half) / square];
  return exit <= 0 || entry >= 1 ? null : [Math.max(0, entry), Math.min(1, exit)];
}

function between(a: Point, b: Point, share: number): Point {
  const mix = (from: number, to: number) => from + (to - from) * share;
  return [mix(a[0], b[0]), mix(a[1], b[1]), mix(a[2], b[2]), mix(a[3], b[3])];
}
