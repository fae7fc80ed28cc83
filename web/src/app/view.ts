import { create } from "zustand";

export type View = "draw" | "pictures" | "beat" | "history" | "account" | "review" | "shared";

/** Where each view is found; the server knows these addresses as well (service/routes/page.py). */
const ADDRESSES: Partial<Record<View, string>> = {
  beat: "/beat",
  history: "/history",
  account: "/account",
  review: "/review",
};
const LINK = /^\/s\/([^/]+)$/;

/** Which of the views is open. A build without a server has one address, and nothing but its first two views. */
export const useView = create<{ view: View }>(() => ({ view: viewAt(location.pathname) }));

export function open(view: View): void {
  useView.setState({ view });
  if (!__WITH_SERVER__) return;
  const address = ADDRESSES[view] ?? "/";
  if (address === location.pathname) history.replaceState({ view }, "");
  else history.pushState({ view }, "", address);
}

/** The secret part of the link that was followed to this page; null where none was. */
export function linkToken(): string | null {
  return LINK.exec(location.pathname)?.[1] ?? null;
}

function viewAt(path: string): View {
  if (!__WITH_SERVER__) return "draw";
  if (LINK.test(path)) return "shared";
  const found = Object.entries(ADDRESSES).find(([, address]) => address === path);
  return (found?.[0] as View | undefined) ?? "draw";
}

window.addEventListener("popstate", ({ state }) => {
  useView.setState({ view: (state as { view?: View } | null)?.view ?? viewAt(location.pathname) });
});
