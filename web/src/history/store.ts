import { create } from "zustand";
import { useWho } from "../account/who";
import { asked, whyNot } from "../api/asked";
import { api } from "../api/client";
import type { components } from "../api/schema";
import { tell } from "../app/notices";
import { ANYTHING, queryOf, type Wanted, wrongDays } from "./query";
import { isGone } from "./saved";

export type Entry = components["schemas"]["Entry"];
export type Opened = components["schemas"]["Opened"];

interface History {
  wanted: Wanted;
  entries: readonly Entry[]; // newest first, as far as they were asked for
  next: string | null; // where the next page begins
  state: "still" | "loading" | "failed";
  problem: string; // why there are no more, "" where nothing failed
}

const PAGE = 48; // entries asked for at once: a few screens
const TYPING = 250; // ms without a key: until then there is more to come

const EMPTY: Omit<History, "wanted"> = { entries: [], next: null, state: "loading", problem: "" };

/** The readings of whoever is signed in, page by page. What is looked for outlasts the view. */
export const useHistory = create<History>(() => ({ ...EMPTY, wanted: ANYTHING }));

let round = new AbortController(); // of the search: an earlier one stops where a later one has begun
let timer = 0;

/** Looks for something else, at once or when the typing has ended. */
export function look(wanted: Partial<Wanted>): void {
  useHistory.setState((history) => ({ wanted: { ...history.wanted, ...wanted } }));
  clearTimeout(timer);
  timer = window.setTimeout(refresh, "text" in wanted ? TYPING : 0);
}

/** The first page anew. */
export function refresh(): void {
  clearTimeout(timer);
  round.abort();
  round = new AbortController();
  if (wrongDays(useHistory.getState().wanted)) useHistory.setState({ ...EMPTY, state: "still" });
  else void page(null, round.signal);
}

/** The next page, where there is one and none is on its way. */
export function more(): void {
  const { next, state } = useHistory.getState();
  if (state !== "loading" && next) void page(next, round.signal);
}

async function page(before: string | null, signal: AbortSignal): Promise<void> {
  useHistory.setState({ state: "loading", problem: "" });
  const query = { ...queryOf(useHistory.getState().wanted), most: PAGE, ...(before && { before }) };
  try {
    const { readings, next } = await asked(api.GET("/api/v1/readings", { params: { query }, signal }));
    if (signal.aborted) return;
    const kept = before ? useHistory.getState().entries : [];
    useHistory.setState({ entries: [...kept, ...readings], next, state: "still" });
  } catch (error) {
    if (!signal.aborted) useHistory.setState({ state: "failed", problem: whyNot(error) });
  }
}

/** Deletes readings; false where that was not done, which is told. */
export async function remove(ids: readonly string[]): Promise<boolean> {
  try {
    await asked(api.POST("/api/v1/readings/delete", { body: { ids: [...ids] } }));
  } catch (error) {
    tell.notDone("Not deleted", whyNot(error));
    return false;
  }
  isGone(ids);
  useHistory.setState(({ entries }) => ({ entries: entries.filter(({ id }) => !ids.includes(id)) }));
  return true;
}

/** One with its drawing; rejects with NotDone. */
export async function opened(id: string): Promise<Opened> {
  return asked(api.GET("/api/v1/readings/{id}", { params: { path: { id } } }));
}

// nothing of one account is shown to another
useWho.subscribe(({ account }, { account: before }) => {
  if (account?.name === before?.name) return;
  round.abort();
  useHistory.setState({ ...EMPTY, wanted: ANYTHING });
});
