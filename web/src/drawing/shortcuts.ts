import { useEffect } from "react";
import type { Drawing } from "../ink/drawing";

/** Ctrl or Cmd with Z: undo; with Shift+Z or Y: redo; with Enter: read. */
export function useShortcuts(drawing: Drawing, read: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || document.querySelector("dialog[open]")) return;
      const key = event.key.toLowerCase();
      if (key === "z" && !event.shiftKey) drawing.undo();
      else if (key === "z" || key === "y") drawing.redo();
      else if (key === "enter") read();
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [drawing, read]);
}
