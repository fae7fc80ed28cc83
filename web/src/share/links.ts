import { asked } from "../api/asked";
import { api } from "../api/client";
import type { components } from "../api/schema";
import { tell } from "../app/notices";

export type Link = components["schemas"]["ShareOut"];

/** How long a link may hold; null: until it is revoked. */
export const HOLDS: { days: number | null; label: string }[] = [
  { days: 1, label: "a day" },
  { days: 7, label: "a week" },
  { days: 30, label: "30 days" },
  { days: null, label: "until revoked" },
];

/** A page of one's links, newest first; rejects with NotDone. */
export function linksFrom(before: string | null) {
  return asked(api.GET("/api/v1/shares", { params: { query: before ? { before } : {} } }));
}

/** All links to one reading that hold, newest first; rejects with NotDone. */
export async function linksTo(reading: string): Promise<Link[]> {
  const found: Link[] = [];
  let before: string | null = null;
  do {
    const page: { shares: Link[]; next: string | null } = await linksFrom(before);
    found.push(...page.shares.filter((link) => link.reading === reading && stateOf(link) === "holds"));
    before = page.next;
  } while (before);
  return found;
}

/** A new link to a reading; rejects with NotDone. */
export function makeLink(reading: string, days: number | null): Promise<Link> {
  return asked(
    api.POST("/api/v1/readings/{id}/shares", { params: { path: { id: reading } }, body: { days } }),
  );
}

/** Ends a link; rejects with NotDone. */
export async function revoke(id: string): Promise<void> {
  await asked(api.DELETE("/api/v1/shares/{id}", { params: { path: { id } } }));
}

/** Whether a link leads anywhere, and if not, why. */
export function stateOf(
  { expires, revoked }: Pick<Link, "expires" | "revoked">,
  now = Date.now(),
): "holds" | "revoked" | "expired" {
  if (revoked) return "revoked";
  return expires && Date.parse(expires) <= now ? "expired" : "holds";
}

/** The link as others need it, with this site's name. */
export function addressOf({ path }: Pick<Link, "path">, site: string = location.origin): string {
  return new URL(path, site).href;
}

/** Puts a text on the clipboard; `called` stands for it where it is to be seen by nobody else. */
export async function copy(text: string, called = text): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    tell.copied(called);
  } catch {
    tell.notCopied();
  }
}
