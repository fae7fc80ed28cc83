import { Suspense, useEffect, useRef, useSyncExternalStore } from "react";
import { type Mode, wordsOf } from "../app/modes";
import { useSettings } from "../app/settings";
import { DrawnBoxes } from "../page/lazy";
import { chooseAt } from "../page/marks";
import { drawing, useSheet } from "./current";
import { ERASER, listen } from "./input";
import { show } from "./screen";

const PAGE_NIB = 0.6; // of the pen's width: a page holds more, and smaller

/** The paper. React sets it up; from then on pen and screen work on it without React. */
export function Sheet() {
  const pad = useRef<HTMLDivElement>(null);
  const settled = useRef<HTMLCanvasElement>(null);
  const wet = useRef<HTMLCanvasElement>(null);
  const empty = useSyncExternalStore(drawing.subscribe, () => drawing.isEmpty);
  const count = useSyncExternalStore(drawing.subscribe, () => drawing.strokes.length);
  const mode = useSettings((settings) => settings.mode);
  useEffect(() => {
    if (!pad.current || !settled.current || !wet.current) return;
    const sheet = () => useSheet.getState().sheet;
    const stops = [
      listen(pad.current, drawing, { hand, sheet, tap }),
      show(settled.current, wet.current, drawing, { sheet, subscribe: useSheet.subscribe }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, []);
  return (
    <div className="sheet dots">
      <div
        ref={pad}
        role="img"
        aria-label={
          empty ? "Sheet: nothing drawn yet" : `Sheet with ${count} ${count === 1 ? "stroke" : "strokes"}`
        }
        data-testid="sheet"
        className="pad absolute inset-0 overflow-hidden rounded-[inherit] text-ink"
      >
        <canvas ref={settled} className="absolute inset-0 size-full" />
        <canvas ref={wet} className="absolute inset-0 size-full" />
        {mode !== "digit" && (
          <Suspense>
            <DrawnBoxes />
          </Suspense>
        )}
        <EraserRing />
      </div>
      {empty && (
        <p className="pointer-events-none absolute inset-x-0 top-[44%] text-center font-numeral text-xl italic text-quiet wide:text-2xl">
          {wordsOf(mode).write}
        </p>
      )}
    </div>
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

/** Shows how far the eraser reaches. */
function EraserRing() {
  const tool = useSettings((settings) => settings.tool);
  const { width } = useSheet(({ sheet }) => sheet);
  const ring = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = ring.current;
    const pad = element?.parentElement;
    if (!element || !pad) return;
    const follow = ({ clientX, clientY }: PointerEvent) => {
      const { left, top } = pad.getBoundingClientRect();
      element.style.transform = `translate(${clientX - left}px, ${clientY - top}px) translate(-50%, -50%)`;
      element.style.opacity = "1";
    };
    const leave = () => {
      element.style.opacity = "0";
    };
    const ends = new AbortController();
    const { signal } = ends;
    pad.addEventListener("pointermove", follow, { signal });
    pad.addEventListener("pointerdown", follow, { signal });
    pad.addEventListener("pointerleave", leave, { signal });
    return () => ends.abort();
  });
  if (tool !== "eraser") return null;
  return (
    <div
      ref={ring}
      className="pointer-events-none absolute aspect-square rounded-full border-2 border-edge opacity-0"
      style={{ width: `${(200 * ERASER) / width}%` }}
    />
  );
}
