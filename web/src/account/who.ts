/**
 * Who is signed in. The cookie that says so is hidden from scripts, so this browser remembers that there may be one:
 * the server is asked who it is only then, and never of those who have no account.
 */
import { create } from "zustand";
import { api } from "../api/client";
import type { components } from "../api/schema";
import { session } from "../api/signed";
import { tell } from "../app/notices";

export type Account = components["schemas"]["Account"];

interface Who {
  account: Account | null;
  asking: boolean; // the server is being asked who it is
  wanted: Wanted | null; // what to sign in for, while the dialog is open
}

interface Wanted {
  why: string; // a sentence over the fields
  then(): void;
}

/** Id of the key in the header. */
export const ACCOUNT_KEY = "account-key";

const HINT = "inkread.account";

export const useWho = create<Who>(() => ({ account: null, asking: hinted(), wanted: null }));

/** Asks who is signed in, where somebody was at the last visit. */
export async function recall(): Promise<void> {
  if (hinted()) await ask();
  useWho.setState({ asking: false });
}

/** Somebody has signed in, or out. */
export function became(account: Account | null): void {
  session.token = account?.csrf ?? null;
  remember(account !== null);
  useWho.setState({ account, asking: false });
}

/** Opens the dialog to sign in, and then does what it was wanted for. */
export function askToSignIn(why = "", then: () => void = () => {}): void {
  useWho.setState({ wanted: { why, then } });
}

export function closeSignIn(): void {
  useWho.setState({ wanted: null });
}

/** Whoever is signed in goes on; whoever is not signs in first. */
export async function signedIn(why: string, then: () => void): Promise<void> {
  if (!useWho.getState().account && hinted()) await ask(); // not answered yet, or it was away at first
  if (useWho.getState().account) then();
  else askToSignIn(why, then);
}

/** Ends the session on the server; a session that has ended already is none to tell of. */
export async function signOut(): Promise<void> {
  try {
    const { response } = await api.DELETE("/api/v1/session");
    if (!response.ok && response.status !== 401) return tell.notSignedOut(response.status);
  } catch {
    return tell.notSignedOut(0);
  }
  became(null);
}

async function ask(): Promise<string | null> {
  try {
    const { data, response } = await api.GET("/api/v1/account");
    if (data) became(data);
    else if (response.status === 401) became(null);
  } catch {
    // away: the next visit asks again
  }
  return session.token;
}

session.renew = ask;
session.ended = () => {
  became(null);
  tell.signedOut(() => askToSignIn());
};

function hinted(): boolean {
  try {
    return __WITH_SERVER__ && localStorage.getItem(HINT) !== null;
  } catch {
    return false;
  }
}

function remember(somebody: boolean): void {
  try {
    if (somebody) localStorage.setItem(HINT, "yes");
    else localStorage.removeItem(HINT);
  } catch {
    // no storage: signed in as long as the page is open
  }
}
