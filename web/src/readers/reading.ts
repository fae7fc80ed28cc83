/** From the outputs of a model file to a Reading, as `Reader._reading` of src/inkread/reader.py does it. */
import type { Card } from "./modelfile";
import { NOTHING_DRAWN, type Reading } from "./types";

/** The part of a Reading that follows from the model file and the picture alone. */
export type Answer = Pick<Reading, "text" | "confidence" | "unsure" | "glyphs" | "lines">;

/** `probabilities` by the labels of the card; `box` x, y, width, height in px, width 0 where nothing is drawn. */
export function answerOf(probabilities: ArrayLike<number>, box: ArrayLike<number>, card: Card): Answer {
  const [x = 0, y = 0, width = 0, height = 0] = Array.from(box);
  if (width <= 0) return { text: "", confidence: 0, unsure: [NOTHING_DRAWN], glyphs: [], lines: [] };

  const byColumn = card.labels.map((label, column) => ({
    label,
    column,
    probability: probabilities[column] ?? 0,
  }));
  const falling = byColumn.toSorted((a, b) => b.probability - a.probability);
  const candidates = falling.map(({ label, probability }) => ({ label, probability }));
  const glyphs = [{ box: { x, y, width, height }, candidates }];

  const reject = card.reject === null ? undefined : byColumn[card.reject];
  if (reject && reject.probability >= card.thresholds.reject) {
    return { text: "", confidence: reject.probability, unsure: [reject.label], glyphs, lines: [] };
  }
  const [best, second] = falling.filter(({ column }) => column !== card.reject);
  if (!best || !second)
    throw new Error(`expected a card with two labels to read, got ${card.labels.join(", ")}`);
  const torn = best.probability < card.thresholds.sure;
  return {
    text: best.label,
    confidence: best.probability,
    unsure: torn ? [`torn between ${best.label} and ${second.label}`] : [],
    glyphs,
    lines: [{ text: best.label, first: 0, end: 1 }],
  };
}
