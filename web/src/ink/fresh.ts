import type { Stroke } from "./stroke";

/** A stroke and how many of its points, from the first on, have been drawn already. */
export interface Fresh {
  stroke: Stroke;
  from: number;
}

/**
 * Remembers what was drawn, so that a growing drawing costs only its newest segments.
 */
export class Memory {
  #drawn: { stroke: Stroke; points: number }[] = [];

  /** What has come since the last call; null where something is gone, and all must be drawn anew. */
  since(strokes: readonly Stroke[]): Fresh[] | null {
    const drawn = this.#drawn;
    if (drawn.some(({ stroke }, i) => strokes[i] !== stroke)) return null;
    const fresh = strokes
      .slice(Math.max(0, drawn.length - 1)) // only the last one can have grown
      .map((stroke, i) => ({ stroke, from: drawn[Math.max(0, drawn.length - 1) + i]?.points ?? 0 }))
      .filter(({ stroke, from }) => stroke.points.length > from);
    this.#drawn = strokes.map((stroke) => ({ stroke, points: stroke.points.length }));
    return fresh;
  }

  forget(): void {
    this.#drawn = [];
  }
}
