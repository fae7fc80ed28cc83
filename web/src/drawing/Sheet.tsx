import { type Mode, wordsOf } from "../app/modes";
import { useSettings } from "../app/settings";
import { DrawnBoxes } from "../page/lazy";
import { chooseAt } from "../page/marks";
import { drawing, useSheet } from "./current";
import { Paper } from "./Paper";

const PAGE_NIB = 0.6; // of the pen's width: a page holds more, and smaller

/** The paper of what is drawn to be read: with boxes over it where more than a digit is. */
export function Sheet() {
  const mode = useSettings((settings) => settings.mode);
  return (
    <Paper drawing={drawing} sheets={useSheet} hand={hand} tap={tap} invitation={wordsOf(mode).write}>
      {mode !== "digit" && <DrawnBoxes />}
    </Paper>
  );
}

function hand() {
  const { mode, tool, nib } = useSettings.getState();
  return { tool, nib: isPage(mode) ? nib * PAGE_NIB : nib };
}

function tap(x: number, y: number): boolean {
  return isPage(useSettings.getState().mode) && chooseAt(x, y);
}

function isPage(mode: Mode): boolean {
  return mode !== "digit";
}
