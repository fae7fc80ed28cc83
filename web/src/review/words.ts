import type { Correction } from "./store";

const MARKS: Record<NonNullable<Correction["mark"]>, string> = {
  duplicate: "Came before: the same shape has this label already",
  contradiction: "Contradicts: the same shape has another label, too",
  flood: "One of very many from the same place",
};

/** What is suspicious about a correction, in a sentence; "" where nothing is. */
export function warningOf({ mark }: Pick<Correction, "mark">): string {
  return mark ? MARKS[mark] : "";
}

/** What the reader said and what the person said. */
export function claimOf({ read, label }: Pick<Correction, "read" | "label">): string {
  const before = read === null ? "" : read === "" ? "nothing" : read;
  return before ? `Read as ${before}, said to be ${label}` : `Said to be ${label}`;
}

/** What a key decides: A accepts, R refuses, W lets wait again, U takes back, the arrows choose. */
export type Act = "accepted" | "refused" | "waiting" | "undo" | "next" | "before";

const KEYS: Record<string, Act> = {
  a: "accepted",
  r: "refused",
  w: "waiting",
  u: "undo",
  arrowdown: "next",
  j: "next",
  arrowup: "before",
  k: "before",
};

export function actOf(key: string): Act | null {
  return KEYS[key.toLowerCase()] ?? null;
}
