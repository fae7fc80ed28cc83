import { create } from "zustand";
import { persist } from "zustand/middleware";
import { MODE_NAMES, type Mode } from "./modes";

/** Who reads: the server until this device can, or one of them whatever happens. */
export type Engine = "auto" | "device" | "server";
export type Tool = "pen" | "eraser";
export type Theme = "light" | "dark";

export const NIB = { min: 6, max: 40, step: 2 }; // px of the sheet

interface Settings {
  mode: Mode;
  live: boolean; // read while the pen moves
  engine: Engine;
  nib: number; // px of the sheet
  tool: Tool;
}

/** What the user has chosen; kept in this browser, but for the tool. The theme is kept by theme.ts. */
export const useSettings = create<Settings>()(
  persist((): Settings => ({ mode: "digit", live: true, engine: "auto", nib: 18, tool: "pen" }), {
    name: "inkread.settings",
    version: 1,
    partialize: ({ mode, live, engine, nib }) => ({ mode, live, engine, nib }),
    merge: (kept, settings) => {
      const { mode, ...others } = (kept ?? {}) as Partial<Settings>;
      // a mode of another release of the page is none of this one
      return { ...settings, ...others, ...(mode && MODE_NAMES.includes(mode) && { mode }) };
    },
  }),
);
