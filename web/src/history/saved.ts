/** What of this page's drawings and pictures is in the history, by the key of what was read. */
import { create } from "zustand";
import { signedIn, useWho } from "../account/who";
import type { Subject } from "../answer/reads";
import { NotDone, whyNot } from "../api/asked";
import type { Mode } from "../app/modes";
import { tell } from "../app/notices";
import { useSettings } from "../app/settings";

export type Saved = { state: "saving" } | { state: "saved"; id: string } | { state: "failed" };

export const useSaved = create<{ byKey: ReadonlyMap<string, Saved> }>(() => ({ byKey: new Map() }));

/** How far it is from being in the history; "unsaved" where nobody has asked for that. */
export function savingState(key: string): Saved["state"] | "unsaved" {
  return useSaved.getState().byKey.get(key)?.state ?? "unsaved";
}

/** Its id in the history; null where it is not there. */
export function savedAs(key: string | undefined): string | null {
  const saved = key === undefined ? null : useSaved.getState().byKey.get(key);
  return saved?.state === "saved" ? saved.id : null;
}

/** It is in the history. */
export function isSaved(key: string, id: string): void {
  mark(key, { state: "saved", id });
}

/** A reading is no longer in the history. */
export function isGone(ids: readonly string[]): void {
  const left = [...useSaved.getState().byKey].filter(
    ([, saved]) => !(saved.state === "saved" && ids.includes(saved.id)),
  );
  useSaved.setState({ byKey: new Map(left) });
}

/** Keeps a drawing or picture with its reading; whoever is not signed in does that first. */
export function save(subject: Subject): void {
  const { mode } = useSettings.getState(); // as it was when asked for
  const why = "Sign in, or make an account, and it is saved to your history.";
  void signedIn(why, () => void keep(subject, mode));
}

async function keep(subject: Subject, mode: Mode): Promise<void> {
  const { key } = subject;
  if (savedAs(key)) return;
  mark(key, { state: "saving" });
  try {
    const { keepReading } = await import("./keep");
    mark(key, { state: "saved", id: await keepReading(subject, mode) });
  } catch (error) {
    mark(key, { state: "failed" });
    if (error instanceof NotDone && error.kind === "not-signed-in") return; // told already
    tell.notSaved(whyNot(error), () => void keep(subject, mode));
  }
}

function mark(key: string, saved: Saved): void {
  useSaved.setState(({ byKey }) => ({ byKey: new Map(byKey).set(key, saved) }));
}

// what one account has saved is not what another has
useWho.subscribe(({ account }, { account: before }) => {
  if (before && account?.name !== before.name) useSaved.setState({ byKey: new Map() });
});
