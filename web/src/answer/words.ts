import { type Candidate, NOT_A_DIGIT, NOTHING_DRAWN, type Reading } from "../readers";

export const LABELS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;

/** What the page says of a reading, in as few words as it can. */
export type Verdict =
  | { kind: "nothing" }
  | { kind: "digit"; text: string; sure: number } // 0-1
  | { kind: "torn"; first: Candidate; second: Candidate }
  | { kind: "no digit"; sure: number };

export function verdictOf(reading: Reading | null): Verdict {
  const candidates = reading?.glyphs[0]?.candidates;
  if (!reading || !candidates || reading.unsure.includes(NOTHING_DRAWN)) return { kind: "nothing" };
  if (reading.unsure.includes(NOT_A_DIGIT)) return { kind: "no digit", sure: reading.confidence };
  const [first, second] = candidates.filter(({ label }) => label !== NOT_A_DIGIT);
  if (reading.unsure.length > 0 && first && second) return { kind: "torn", first, second };
  return { kind: "digit", text: reading.text, sure: reading.confidence };
}

/** For ears: one sentence. */
export function spoken(verdict: Verdict): string {
  switch (verdict.kind) {
    case "nothing":
      return "";
    case "digit":
      return `${verdict.text}, ${percent(verdict.sure)} sure`;
    case "torn":
      return `${verdict.first.label}, ${percent(verdict.first.probability)}, or ${verdict.second.label}, ${percent(verdict.second.probability)}?`;
    case "no digit":
      return `Not a digit, ${percent(verdict.sure)} sure`;
  }
}

/** For ears: all that was read, line by line. */
export function spokenText(reading: Reading | null): string {
  if (!reading) return "";
  if (reading.text === "") return "Nothing to read here";
  return `${reading.text.replaceAll("\n", "; ")}, ${percent(reading.confidence)} sure`;
}

/** Probability of each digit, 0-9. */
export function bars(reading: Reading | null): number[] {
  const candidates = reading?.glyphs[0]?.candidates ?? [];
  return LABELS.map((digit) => candidates.find(({ label }) => label === digit)?.probability ?? 0);
}

/** "97 %"; no "100 %" for what is not quite certain, no "0 %" for what is not quite impossible. */
export function percent(share: number): string {
  if (share > 0.99 && share < 1) return `${Math.min(99.9, Math.round(share * 1000) / 10)} %`;
  if (share > 0 && share < 0.01) return "< 1 %";
  return `${Math.round(share * 100)} %`;
}

/** "2.4 ms", "31 ms" */
export function duration(milliseconds: number): string {
  return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
}
