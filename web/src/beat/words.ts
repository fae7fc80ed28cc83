import { spoken, verdictOf } from "../answer/words";
import type { Reading } from "../readers";
import type { Challenge } from "./challenges";
import type { End, Judged } from "./rules";

/** "a 7", "an 8" */
export function withArticle(digit: number): string {
  return `${digit === 8 ? "an" : "a"} ${digit}`;
}

/** What the reading means for the round. */
export function meaning({ digit }: Challenge, judged: Judged): string {
  if (judged === "right") return "Right: the reader's point.";
  const failed = judged === "unsure" ? "Not sure." : "Wrong.";
  return `${failed} Would others read ${withArticle(digit)}?`;
}

/** How a round ended. */
export function ending(end: End): string {
  return { you: "Your point.", reader: "The reader's point.", skipped: "Skipped.", "left out": "Left out." }[
    end
  ];
}

/** For ears: what there is to do now, after what came of the last round. */
export function announcement(
  challenge: Challenge,
  {
    reading,
    judged,
    hint,
    ended,
  }: { reading: Reading | null; judged: Judged | null; hint: string; ended: End | null },
): string {
  if (hint) return hint;
  if (reading && judged) return `${spoken(verdictOf(reading))}. ${meaning(challenge, judged)}`;
  return `${ended ? `${ending(ended)} ` : ""}Draw ${challenge.asked}.`;
}
