import { create } from "zustand";
import { asked, whyNot } from "../api/asked";
import { api } from "../api/client";
import type { components } from "../api/schema";
import { tell } from "../app/notices";

export type Correction = components["schemas"]["CorrectionOut"];
export type State = Correction["state"];

interface Review {
  state: State; // those shown
  marked: boolean; // only those with a mark
  rows: readonly Correction[]; // oldest first, as far as they were asked for
  next: string | null;
  counts: Readonly<Record<string, number>>;
  chosen: string | null; // id of the one that keys decide
  busy: "loading" | "deciding" | null;
  problem: string; // why there are no more
  refused: { id: string; why: string } | null; // a decision that the server did not take
  last: { row: Correction; at: number; to: State } | null; // what undo takes back
}

export const useReview = create<Review>(() => ({
  state: "waiting",
  marked: false,
  rows: [],
  next: null,
  counts: {},
  chosen: null,
  busy: "loading",
  problem: "",
  refused: null,
  last: null,
}));

let round = 0; // of `show`: an earlier one stops where a later one has begun

/** Shows others, from the oldest on. */
export function show(which: Partial<Pick<Review, "state" | "marked">> = {}): void {
  round++;
  useReview.setState({ ...which, rows: [], next: null, chosen: null, refused: null, busy: null });
  void more();
}

export async function more(): Promise<void> {
  const { state, marked, next, busy } = useReview.getState();
  if (busy === "loading") return;
  const mine = ++round;
  useReview.setState({ busy: "loading", problem: "" });
  const query = { state, ...(marked && { marked }), ...(next && { after: next }) };
  try {
    const page = await asked(api.GET("/api/v1/corrections", { params: { query } }));
    if (mine !== round) return;
    useReview.setState(({ rows, chosen }) => ({
      rows: [...rows, ...page.corrections],
      next: page.next,
      counts: page.counts,
      chosen: chosen ?? page.corrections[0]?.id ?? null,
      busy: null,
    }));
  } catch (error) {
    if (mine === round) useReview.setState({ busy: null, problem: whyNot(error) });
  }
}

export function choose(id: string): void {
  useReview.setState({ chosen: id });
}

/** Chooses the one so many places on, as far as there are any. */
export function step(places: number): void {
  const { rows, chosen } = useReview.getState();
  const at = rows.findIndex(({ id }) => id === chosen);
  const to = rows[Math.max(0, Math.min(rows.length - 1, at + places))];
  if (to) choose(to.id);
}

/** Decides over one, which leaves the list; the one after it is chosen. */
export async function decide(id: string, to: State): Promise<void> {
  const { rows, busy } = useReview.getState();
  const at = rows.findIndex((row) => row.id === id);
  const row = rows[at];
  if (!row || busy === "deciding") return;
  if (!(await sent(row, to))) return;
  const left = useReview.getState().rows.filter((one) => one.id !== id);
  useReview.setState(({ counts }) => ({
    rows: left,
    chosen: (left[at] ?? left.at(-1))?.id ?? null,
    counts: moved(counts, row.state, to),
    last: { row, at, to },
  }));
  if (left.length < 10 && useReview.getState().next) void more();
}

/** Takes the last decision back. */
export async function undo(): Promise<void> {
  const { last, busy } = useReview.getState();
  if (!last || busy === "deciding") return;
  const { row, at, to } = last;
  if (!(await sent({ ...row, state: to }, row.state))) return;
  useReview.setState(({ rows, counts, state }) => ({
    rows: state === row.state ? rows.toSpliced(at, 0, row) : rows,
    chosen: row.id,
    counts: moved(counts, to, row.state),
    last: null,
  }));
}

async function sent({ id }: Correction, to: State): Promise<boolean> {
  useReview.setState({ busy: "deciding", refused: null });
  try {
    await asked(api.PUT("/api/v1/corrections/{id}", { params: { path: { id } }, body: { state: to } }));
    return true;
  } catch (error) {
    useReview.setState({ refused: { id, why: whyNot(error) }, chosen: id });
    tell.notDone("Not decided", whyNot(error));
    return false;
  } finally {
    useReview.setState({ busy: null });
  }
}

/** The counts after one has gone from one state to another. */
export function moved(
  counts: Readonly<Record<string, number>>,
  from: State,
  to: State,
): Record<string, number> {
  return {
    ...counts,
    [from]: Math.max(0, (counts[from] ?? 0) - 1),
    [to]: (counts[to] ?? 0) + (from === to ? 0 : 1),
  };
}
