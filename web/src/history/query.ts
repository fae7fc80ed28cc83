/** What is looked for in the history, as a person says it and as the API takes it. */

export interface Wanted {
  text: string;
  from: string; // the first day, as a date field has it: 2026-11-27; "" for any
  to: string; // the last day
  unsure: boolean; // only those
  corrected: boolean; // only those
}

export const ANYTHING: Wanted = { text: "", from: "", to: "", unsure: false, corrected: false };

export interface Query {
  text?: string;
  since?: string; // a moment with its zone
  until?: string; // the moment after the last one
  unsure?: boolean;
  corrected?: boolean;
}

/** Days begin where the person is. */
export function queryOf({ text, from, to, unsure, corrected }: Wanted): Query {
  const since = midnight(from, 0);
  const until = midnight(to, 1);
  return {
    ...(text.trim() && { text: text.trim().slice(0, 200) }),
    ...(since && { since }),
    ...(until && { until }),
    ...(unsure && { unsure }),
    ...(corrected && { corrected }),
  };
}

/** The same at the end of an address; "" where anything is wanted. */
export function searchOf(query: Query): string {
  const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, `${value}`]));
  return search.size > 0 ? `?${search}` : "";
}

/** What cannot be found because the days are the wrong way round, in a sentence; "" where they are not. */
export function wrongDays({ from, to }: Wanted): string {
  if (!from || !to || from <= to) return "";
  return "The first day is after the last one, so nothing is found. Change one of them.";
}

export function isAnything(wanted: Wanted): boolean {
  return searchOf(queryOf(wanted)) === "";
}

/** The midnight that a day begins with, some days later; "" where there is no day. */
function midnight(day: string, later: number): string {
  const [year, month, date] = day.split("-").map(Number);
  if (!year || !month || !date) return "";
  return new Date(year, month - 1, date + later).toISOString();
}
