import { type ReactNode, useEffect, useRef, useSyncExternalStore } from "react";
import { type StoreApi, useStore } from "zustand";
import { useSettings } from "../app/settings";
import type { Drawing } from "../ink/drawing";
import type { Sheet } from "../ink/stroke";
import { type Desk, ERASER, listen } from "./input";
import { show } from "./screen";

interface Props extends Pick<Desk, "hand" | "tap"> {
  drawing: Drawing;
  sheets: StoreApi<{ sheet: Sheet }>;
  invitation: string; // on empty paper
  still?: boolean; // no pen draws
  children?: ReactNode; // over the drawing
}

/** Paper to draw on. React sets it up; from then on pen and screen work on it without React. */
export function Paper({ drawing, sheets, hand, tap, invitation, still = false, children }: Props) {
  const pad = useRef<HTMLDivElement>(null);
  const settled = useRef<HTMLCanvasElement>(null);
  const wet = useRef<HTMLCanvasElement>(null);
  const empty = useSyncExternalStore(drawing.subscribe, () => drawing.isEmpty);
  const count = useSyncExternalStore(drawing.subscribe, () => drawing.strokes.length);
  const { width } = useStore(sheets, ({ sheet }) => sheet);
  useEffect(() => {
    if (!pad.current || !settled.current || !wet.current) return;
    const sheet = () => sheets.getState().sheet;
    const stops = [
      listen(pad.current, drawing, { hand, sheet, tap }),
      show(settled.current, wet.current, drawing, { sheet, subscribe: sheets.subscribe }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [drawing, sheets, hand, tap]);
  return (
    <div className="sheet dots">
      <div
        ref={pad}
        role="img"
        aria-label={
          empty ? "Sheet: nothing drawn yet" : `Sheet with ${count} ${count === 1 ? "stroke" : "strokes"}`
        }
        data-testid="sheet"
        className={`pad absolute inset-0 overflow-hidden rounded-[inherit] text-ink ${still ? "pointer-events-none" : ""}`}
      >
        <canvas ref={settled} className="absolute inset-0 size-full" />
        <canvas ref={wet} className="absolute inset-0 size-full" />
        {children}
        <EraserRing width={width} />
      </div>
      {empty && (
        <p className="pointer-events-none absolute inset-x-0 top-[44%] text-center font-numeral text-xl italic text-quiet wide:text-2xl">
          {invitation}
        </p>
      )}
    </div>
  );
}

/** Shows how far the eraser reaches. */
function EraserRing({ width }: { width: number }) {
  const tool = useSettings((settings) => settings.tool);
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
