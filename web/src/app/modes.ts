import type { Alphabet } from "../readers/types";

/** What the page is asked to read: one digit, or all that is written, of one alphabet. */
export type Mode = "digit" | Alphabet;

interface Words {
  label: string;
  write: string; // on the empty sheet
  show: string; // where no picture is chosen yet
}

const MODES: Record<Mode, Words> = {
  digit: { label: "One digit", write: "Draw a digit here", show: "pictures of a digit" },
  number: { label: "Number", write: "Write a number here", show: "pictures of numbers" },
  letters: { label: "Letters", write: "Write letters here", show: "pictures of letters" },
  anything: { label: "Anything", write: "Write anything here", show: "pictures of writing" },
};

export const MODE_NAMES = Object.keys(MODES) as Mode[];

export function wordsOf(mode: Mode): Words {
  return MODES[mode];
}

/** The alphabet that the page file reads in this mode; null where the glyph file reads one digit. */
export function alphabetOf(mode: Mode): Alphabet | null {
  return mode === "digit" ? null : mode;
}
