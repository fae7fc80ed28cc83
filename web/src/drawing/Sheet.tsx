import { useEffect, useRef, useSyncExternalStore } from "react";
import { useSettings } from "../app/settings";
import { SIDE } from "../ink/stroke";
import { drawing } from "./current";
import { ERASER, listen } from "./input";
import { show } from "./screen";

/** The paper. React sets it up; from then on pen and screen work on it without React. */
export function Sheet() {
  const sheet = useRef<HTMLDivElement>(null);
  const settled = useRef<HTMLCanvasElement>(null);
  const wet = useRef<HTMLCanvasElement>(null);
  const empty = useSyncExternalStore(drawing.subscribe, () => drawing.isEmpty);
  const count = useSyncExternalStore(drawing.subscribe, () => drawing.strokes.length);
  useEffect(() => {
    if (!sheet.current || !settled.current || !wet.current) return;
    const stops = [
      listen(sheet.current, drawing, useSettings.getState),
      show(settled.current, wet.current, drawing),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, []);
  return (
    <div className="sheet dots">
      <div
        ref={sheet}
        role="img"
        aria-label={
          empty ? "Sheet: nothing drawn yet" : `Sheet with ${count} ${count === 1 ? "stroke" : "strokes"}`
        }
        data-testid="sheet"
        className="pad absolute inset-0 overflow-hidden rounded-[inherit] text-ink"
      >
        <canvas ref={settled} className="absolute inset-0 size-full" />
        <canvas ref={wet} className="absolute inset-0 size-full" />
        <EraserRing />
      </div>
      {empty && (
        <p className="pointer-events-none absolute inset-x-0 top-[44%] text-center font-numeral text-xl italic text-quiet wide:text-2xl">
          Draw a digit here
        </p>
      )}
    </div>
  );
}

/** Shows how far the eraser reaches. */
function EraserRing() {
  const tool = useSettings((settings) => settings.tool);
  const ring = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = ring.current;
    const sheet = element?.parentElement;
    if (!element || !sheet) return;
    const follow = ({ clientX, clientY }: PointerEvent) => {
      const { left, top } = sheet.getBoundingClientRect();
      element.style.transform = `translate(${clientX - left}px, ${clientY - top}px) translate(-50%, -50%)`;
      element.style.opacity = "1";
    };
    const leave = () => {
      element.style.opacity = "0";
    };
    const ends = new AbortController();
    const { signal } = ends;
    sheet.addEventListener("pointermove", follow, { signal });
    sheet.addEventListener("pointerdown", follow, { signal });
    sheet.addEventListener("pointerleave", leave, { signal });
    return () => ends.abort();
  });
  if (tool !== "eraser") return null;
  const size = `${(200 * ERASER) / SIDE}%`;
  return (
    <div
      ref={ring}
      className="pointer-events-none absolute rounded-full border-2 border-edge opacity-0"
      style={{ width: size, height: size }}
    />
  );
}
