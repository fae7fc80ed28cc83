/** People with accounts. One client makes at most 30 of them an hour, so tests share them where they can. */
import { execFileSync } from "node:child_process";
import { expect, type Page } from "@playwright/test";
import type { Stroke } from "./strokes";

export const PASSWORD = "correct horse battery";

const HINT = "inkread.account"; // where src/account/who.ts remembers that somebody is signed in
let made = 0;

export interface Member {
  name: string;
  csrf: string;
}

/** A name that nobody has. */
export function newName(start = "Ada"): string {
  return `${start} ${process.pid}-${Date.now() % 1_000_000}-${++made}`;
}

/** Signs somebody in over the API, making their account where there is none, before the page is opened. */
export async function signedIn(page: Page, name = newName()): Promise<Member> {
  const data = { name, password: PASSWORD };
  let response = await page.request.post("/api/v1/session", { data });
  if (!response.ok()) response = await page.request.post("/api/v1/account", { data });
  expect(response.status(), await response.text()).toBe(201);
  const { csrf } = await response.json();
  await page.addInitScript((hint) => localStorage.setItem(hint, "yes"), HINT);
  return { name, csrf };
}

/** Saves a drawing over the API; the id of its reading. */
export async function saves(page: Page, { csrf }: Member, strokes: Stroke[], alphabet = ""): Promise<string> {
  const response = await page.request.post(`/api/v1/read?save=true${alphabet && `&alphabet=${alphabet}`}`, {
    data: { strokes },
    headers: { "X-CSRF-Token": csrf },
  });
  const { saved } = await response.json();
  expect(saved).not.toBeNull();
  return saved;
}

/** Sends a correction over the API. */
export async function corrects(
  page: Page,
  { csrf }: Member,
  correction: { strokes: Stroke[]; label: string; saved?: string; consent?: boolean; read?: string },
): Promise<void> {
  const { read, ...rest } = correction;
  const reading = read === undefined ? {} : { reading: { text: read, confidence: 0.5, model: "digits@e2e" } };
  const response = await page.request.post("/api/v1/corrections", {
    data: { ...rest, ...reading },
    headers: { "X-CSRF-Token": csrf },
  });
  expect(response.status(), await response.text()).toBe(201);
}

/** Lets somebody review, as who runs the service does. */
export function makeAdmin({ name }: Member): void {
  execFileSync(process.env.INKREAD_BIN ?? "../.venv/bin/inkread", ["accounts", "admin", name], {
    env: { ...process.env, INKREAD_DATABASE_URL: process.env.E2E_DATABASE },
  });
}
