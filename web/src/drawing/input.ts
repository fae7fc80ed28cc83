import type { Tool } from "../app/settings";
import type { Drawing } from "../ink/drawing";
import { type Act, Pointers } from "../ink/pointers";
import type { Point, Sheet } from "../ink/stroke";

const NO_PRESSURE = 0.5; // as a mouse reports it; fingers report 0, 1 or noise
export const ERASER = 22; // px of the sheet, its radius
const TAP = { way: 6, time: 400 }; // px of the page and ms, at most; what is more is a stroke

/** What the pointers need to know. */
export interface Desk {
  hand(): { tool: Tool; nib: number }; // px of the sheet
  sheet(): Sheet;
  /** A tap at a place of the sheet; true where it chose something and is no dot. */
  tap(x: number, y: number): boolean;
}

/** Turns what pointers do on `sheet` into strokes; the answer ends that. */
export function listen(sheet: HTMLElement, drawing: Drawing, desk: Desk): () => void {
  const pointers = new Pointers();
  let act: Act = "ignore";
  let frame = sheet.getBoundingClientRect();
  let began = 0; // ms, the time stamp of the drawing's first point
  let start: PointerEvent | null = null; // of the stroke, while it may be a tap

  const point = (event: PointerEvent): Point => [
    round(((event.clientX - frame.left) * desk.sheet().width) / frame.width),
    round(((event.clientY - frame.top) * desk.sheet().height) / frame.height),
    round(Math.max(0, event.timeStamp - began)),
    event.pointerType === "pen" ? round(event.pressure) : NO_PRESSURE,
  ];

  const down = (event: PointerEvent) => {
    const decided = pointers.down(event);
    if (decided.replaces) drawing.cancel();
    if (decided.act === "ignore") return;
    if (!captured(sheet, event.pointerId)) return pointers.release();
    event.preventDefault(); // no focus lost, no text selected, no mouse events after a touch
    frame = sheet.getBoundingClientRect();
    const { tool, nib } = desk.hand();
    act = tool === "eraser" ? "erase" : decided.act;
    if (drawing.isEmpty) began = event.timeStamp;
    start = event;
    if (act === "draw") drawing.begin(point(event), nib);
    else drawing.erase(point(event), ERASER);
  };

  const move = (event: PointerEvent) => {
    if (!pointers.holds(event)) return;
    if (start && far(start, event)) start = null;
    const coalesced = event.getCoalescedEvents?.() ?? [];
    const points = (coalesced.length > 0 ? coalesced : [event]).map(point);
    if (act === "draw") drawing.extend(points);
    else for (const each of points) drawing.erase(each, ERASER);
  };

  const up = (event: PointerEvent) => {
    if (!pointers.holds(event)) return;
    if (act === "draw") drawing.extend([point(event)]);
    const [x, y] = point(event);
    if (act === "draw" && start && !far(start, event) && desk.tap(x, y)) drawing.cancel();
    else drawing.end();
    pointers.release();
  };

  const cancel = (event: PointerEvent) => {
    if (!pointers.holds(event)) return;
    drawing.cancel();
    pointers.release();
  };

  const still = (event: Event) => event.preventDefault();

  const ends = new AbortController();
  const { signal } = ends;
  sheet.addEventListener("pointerdown", down, { signal });
  sheet.addEventListener("pointermove", move, { signal });
  sheet.addEventListener("pointerup", up, { signal });
  sheet.addEventListener("pointercancel", cancel, { signal });
  sheet.addEventListener("lostpointercapture", up, { signal }); // a stroke never hangs on the pen
  sheet.addEventListener("touchmove", still, { signal, passive: false }); // Safari scrolls on without
  sheet.addEventListener("contextmenu", still, { signal }); // a long press is a slow stroke
  return () => {
    drawing.end();
    ends.abort();
  };
}

/** Whether the way or the time between two events is more than that of a tap. */
function far(a: PointerEvent, b: PointerEvent): boolean {
  return (
    Math.hypot(b.clientX - a.clientX, b.clientY - a.clientY) > TAP.way || b.timeStamp - a.timeStamp > TAP.time
  );
}

/** Whether the pointer's events come here until it is lifted; not so where it has gone already. */
function captured(sheet: HTMLElement, pointer: number): boolean {
  try {
    sheet.setPointerCapture(pointer);
    return true;
  } catch {
    return false;
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
