import { frameOf, type SavedDrawing } from "./strokes";

const PEN = 0.03; // of the shorter side, where the drawing says none

/** A saved drawing, to look at: its strokes in the ink of the page, or its picture. */
export function Drawn({ drawing, label }: { drawing: SavedDrawing; label: string }) {
  if (drawing.strokes === null) {
    return (
      <img
        src={drawing.picture ?? ""}
        alt={label}
        className="max-h-full max-w-full rounded-lg object-contain"
      />
    );
  }
  const { x, y, width, height } = frameOf(drawing);
  const pen = drawing.pen ?? PEN * Math.min(width, height);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`${x} ${y} ${width} ${height}`}
      className="size-full text-ink"
      fill="none"
      stroke="currentColor"
      strokeWidth={pen}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {drawing.strokes.map((points, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: strokes have no other name
        <polyline key={i} points={lineOf(points)} />
      ))}
    </svg>
  );
}

/** A dot is a line, too: of no length, under a round pen. */
function lineOf(points: readonly number[][]): string {
  const places = points.map(([x = 0, y = 0]) => `${x},${y}`);
  return [...places, ...(places.length === 1 ? places : [])].join(" ");
}
