import { create } from "zustand";
import { ask, forget, type Subject, useAnswer } from "../answer/reads";
import type { Mode } from "../app/modes";
import { tell } from "../app/notices";
import { useSettings } from "../app/settings";
import { Drawing } from "../ink/drawing";
import { onSheet, pagePicture } from "../ink/page";
import { type Place, Plotter } from "../ink/plotter";
import { LARGE_SQUARE, PAGE, type Sheet, SQUARE, type Stroke, toLists } from "../ink/stroke";
import { amended, ownersOf } from "../page/glyphs";
import { forgetMarks, useMarks } from "../page/marks";

const KEPT = "inkread.drawing";

/** The drawing on the sheet; it outlives the sheet, which goes while pictures are looked at. */
export const drawing = new Drawing(restored());
const plotter = new Plotter();

/** The sheet under the drawing: another one in another mode. */
export const useSheet = create<{ sheet: Sheet }>(() => ({ sheet: sheetFor(useSettings.getState().mode) }));

useSettings.subscribe(({ mode }, { mode: before }) => {
  if (mode !== before) useSheet.setState({ sheet: sheetFor(mode) });
});
drawing.subscribe(() => {
  if (drawing.isEmpty && useSheet.getState().sheet === LARGE_SQUARE) useSheet.setState({ sheet: SQUARE });
});

/** A square for one digit; a large one where a stroke begins on the part of a page that it lacks. */
function sheetFor(mode: Mode): Sheet {
  if (mode !== "digit") return PAGE;
  return drawing.strokes.some(({ points: [first] }) => first && first[0] > SQUARE.width)
    ? LARGE_SQUARE
    : SQUARE;
}

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

/** Another one for every state of the drawing in every mode. */
export function key(): string {
  return `drawing ${useSettings.getState().mode} ${drawing.revision}`;
}

/** The drawing as it is now, to read or to keep. */
export function subject(): Subject {
  const { strokes } = drawing;
  const common = { key: key(), toCorrect: () => toCorrect(strokes) };
  if (useSettings.getState().mode === "digit") return { ...common, picture: () => plotter.picture(strokes) };
  let place: Place = { scale: 1, x: 0, y: 0 };
  return {
    ...common,
    picture() {
      const made = pagePicture(strokes);
      place = made.place;
      return made.picture;
    },
    shown(reading) {
      const glyphs = reading.glyphs.map((glyph) => ({ ...glyph, box: onSheet(glyph.box, place) }));
      return amended({ ...reading, glyphs }, useMarks.getState().amendments);
    },
    glyphToCorrect(index) {
      const owners = ownersOf(strokes, useAnswer.getState().reading?.glyphs ?? []);
      const own = strokes.filter((_, i) => owners[i] === index);
      return own.length > 0 ? toCorrect(own) : null;
    },
  };
}

function toCorrect(strokes: readonly Stroke[]) {
  return { strokes: toLists(strokes), ...useSheet.getState().sheet };
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
    if (drawing.isEmpty) forgetAll();
    else if (useSettings.getState().live && drawing.revision !== seen) ask(subject());
    seen = drawing.revision;
  };
  const follows = ({ mode, live }: { mode: Mode; live: boolean }, before: { mode: Mode; live: boolean }) => {
    if (mode !== before.mode) forgetAll();
    else if (live === before.live) return;
    if (live && !drawing.isEmpty && !isRead()) ask(subject());
  };
  follow();
  const stops = [drawing.subscribe(follow), useSettings.subscribe(follows)];
  return () => {
    for (const stop of stops) stop();
    forgetAll();
  };
}

function forgetAll(): void {
  forget();
  forgetMarks();
}

/** The Read button. */
export function read(): void {
  if (drawing.isEmpty) tell.nothingToRead();
  else if (isRead()) tell.alreadyRead();
  else ask(subject());
}

/** Strokes drawn elsewhere take the place of the drawing, and undo brings it back; the key of what is read then. */
export function put(strokes: readonly Stroke[]): string {
  drawing.replace(strokes);
  useSheet.setState({ sheet: sheetFor(useSettings.getState().mode) });
  return key();
}

/** The Clear button. */
export function clear(): void {
  if (!drawing.clear()) tell.alreadyClear();
}
