import { useSyncExternalStore } from "react";
import type { Theme } from "./settings";

const KEY = "inkread.theme"; // read by public/theme.js before the first paint
const system = window.matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

function systemTheme(): Theme {
  return system.matches ? "dark" : "light";
}

function theme(): Theme {
  return (document.documentElement.dataset.theme as Theme | undefined) ?? systemTheme();
}

/** The theme shown, and its toggle. The system decides until it is toggled away from the system's. */
export function useTheme(): { theme: Theme; toggle(): void } {
  return { theme: useSyncExternalStore(onThemeChange, theme), toggle };
}

/** Calls `listener` when the page takes other colours; the answer ends that. */
export function onThemeChange(listener: () => void): () => void {
  listeners.add(listener);
  system.addEventListener("change", listener);
  return () => {
    listeners.delete(listener);
    system.removeEventListener("change", listener);
  };
}

function toggle(): void {
  const chosen = theme() === "dark" ? "light" : "dark";
  const root = document.documentElement;
  if (chosen === systemTheme()) delete root.dataset.theme;
  else root.dataset.theme = chosen;
  try {
    if (chosen === systemTheme()) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, chosen);
  } catch {
    // no storage: the choice lasts as long as the page
  }
  for (const listener of listeners) listener();
}

/** The frame of the browser takes the colour of the page. */
function colourBrowser(): void {
  const { backgroundColor } = getComputedStyle(document.documentElement);
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    meta.content = backgroundColor;
  }
}

onThemeChange(colourBrowser);
if (document.documentElement.dataset.theme) requestAnimationFrame(colourBrowser);
