/**
 * The rules of the game.
 *
 *   choose        what is asked next
 *   misfit        why a drawing cannot be what was asked, before anybody reads it
 *   judge         what the reader made of it
 *   pointFor      whose point it is, once the person has said whether it is what was asked
 */
import { verdictOf } from "../answer/words";
import { bounds, SQUARE, type Stroke } from "../ink/stroke";
import type { Reading } from "../readers";
import type { Challenge } from "./challenges";

/** How a round ended: the point was somebody's, or nobody's. */
export type End = "you" | "reader" | "skipped" | "left out";

export interface Round {
  id: string; // of the challenge
  end: End;
}

/** The reader's answer beside what was asked: "nothing" where it saw nothing drawn. */
export type Judged = "right" | "wrong" | "unsure" | "nothing";

const DOT = 30; // px of the sheet; what is no longer is no digit
const CORNER = 1 / 3; // of the sheet's side: how far from the corner the middle may lie

/**
 * The next challenge, by chance: never the last one's digit again, likelier what was asked less often, and
 * what this person's hand has beaten the reader with, be it this style or another one of the digit.
 */
export function choose(
  challenges: readonly Challenge[],
  past: readonly Round[],
  random: () => number,
): Challenge {
  const digitOf = new Map(challenges.map(({ id, digit }) => [id, digit]));
  const last = digitOf.get(past.at(-1)?.id ?? "");
  const open = challenges.filter(({ digit }) => digit !== last);
  const weights = open.map(({ id, digit }) => {
    const asked = past.filter((round) => round.id === id).length;
    const won = past.filter(({ end }) => end === "you");
    const style = won.filter((round) => round.id === id).length;
    const other = won.filter((round) => digitOf.get(round.id) === digit).length - style;
    return (1 + 2 * style + other) / (1 + asked) ** 2;
  });
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
  const at = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  const chosen = open.at(at); // the last one, should the weights' rounding leave none
  if (!chosen) throw new Error("expected challenges of two digits at least, got fewer");
  return chosen;
}

/** What to change so that the drawing can be what was asked; null where nothing speaks against it. */
export function misfit({ fits }: Challenge, strokes: readonly Stroke[]): string | null {
  const box = bounds(strokes);
  if (!box) return "Draw it first.";
  const longest = Math.max(box.right - box.left, box.bottom - box.top);
  if (longest < DOT) return "That is a dot. Draw the whole digit.";
  if (!fits) return null;
  if (longest > fits.tallest * SQUARE.height)
    return "That is too large: no more than four dots of the paper.";
  if (!fits.corner) return null;
  const across = (box.left + box.right) / 2 / SQUARE.width;
  const down = (box.top + box.bottom) / 2 / SQUARE.height;
  const far = Math.max(Math.min(across, 1 - across), Math.min(down, 1 - down));
  return far > CORNER ? "That is not in a corner." : null;
}

export function judge({ digit }: Challenge, reading: Reading): Judged {
  const verdict = verdictOf(reading);
  switch (verdict.kind) {
    case "nothing":
      return "nothing";
    case "torn":
      return "unsure";
    case "no digit":
      return "wrong";
    case "digit":
      return verdict.text === String(digit) ? "right" : "wrong";
  }
}

/**
 * Whose point it is. The reader's where it is right and sure. The person's where it is not, and they say that
 * the drawing is what was asked; else nobody's.
 */
export function pointFor(judged: Judged, asAsked: boolean): End {
  if (judged === "right") return "reader";
  return asAsked && judged !== "nothing" ? "you" : "left out";
}

/** Points so far. */
export function scoreOf(past: readonly Round[]): { you: number; reader: number } {
  const points = (whose: End) => past.filter(({ end }) => end === whose).length;
  return { you: points("you"), reader: points("reader") };
}
