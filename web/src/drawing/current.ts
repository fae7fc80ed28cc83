import { ask, forget, type Subject, useAnswer } from "../answer/reads";
import { tell } from "../app/notices";
import { useSettings } from "../app/settings";
import { Drawing } from "../ink/drawing";
import { Plotter } from "../ink/plotter";
import { SIDE, type Stroke, toLists } from "../ink/stroke";

const KEPT = "inkread.drawing";

/** The drawing on the sheet; it outlives the sheet, which goes while pictures are looked at. */
export const drawing = new Drawing(restored());
const plotter = new Plotter();

/** Keeps the drawing over a reload of the page, in this tab only. */
export function keepOverReload(): void {
  window.addEventListener("pagehide", () => {
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(drawing.strokes));
    } catch {
      // no storage, or not enough of it: the reload begins with a clear sheet
    }
  });
}

function restored(): readonly Stroke[] {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
  } catch {
    return [];
  }
}

function key(): string {
  return `drawing ${drawing.revision}`;
}

function subject(): Subject {
  const { strokes } = drawing;
  return {
    key: key(),
    picture: () => plotter.picture(strokes),
    toCorrect: () => ({ strokes: toLists(strokes), width: SIDE, height: SIDE }),
  };
}

/** Whether the answer shown is that of an earlier state of the drawing. */
export function isStale(): boolean {
  return useAnswer.getState().subject !== null && !isRead();
}

function isRead(): boolean {
  return useAnswer.getState().subject?.key === key();
}

/** Reads the drawing each time it has changed, where the user wants that; the answer ends it. */
export function readLive(): () => void {
  let seen = -1;
  const follow = () => {
    if (drawing.isEmpty) forget();
    else if (useSettings.getState().live && drawing.revision !== seen) ask(subject());
    seen = drawing.revision;
  };
  follow();
  const stops = [
    drawing.subscribe(follow),
    useSettings.subscribe(({ live }, { live: before }) => {
      if (live && !before && !drawing.isEmpty && !isRead()) ask(subject());
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    forget();
  };
}

/** The Read button. */
export function read(): void {
  if (drawing.isEmpty) tell.nothingToRead();
  else if (isRead()) tell.alreadyRead();
  else ask(subject());
}

/** The Clear button. */
export function clear(): void {
  if (!drawing.clear()) tell.alreadyClear();
}
