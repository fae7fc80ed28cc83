import { type ReactNode, useEffect, useRef, useSyncExternalStore } from "react";
import { useAnswer } from "../answer/reads";
import { drawing, isStale, useSheet } from "../drawing/current";
import type { Stroke } from "../ink/stroke";
import type { Glyph } from "../readers";
import { doubtOf, glyphAt, glyphIn, ownersOf } from "./glyphs";
import { light, useMarks } from "./marks";

interface Size {
  width: number; // px of what is shown
  height: number;
}

/** Boxes over the drawing; the strokes of the glyph pointed at stand out. */
export function DrawnBoxes() {
  const { sheet } = useSheet();
  const glyphs = useGlyphs();
  const focus = useFocus(glyphs);
  useSyncExternalStore(drawing.subscribe, () => drawing.revision);
  const { strokes } = drawing;
  const owners = focus >= 0 ? ownersOf(strokes, glyphs) : [];
  const own = strokes.filter((_, i) => owners[i] === focus);
  return (
    <Boxes {...sheet}>
      {focus >= 0 && own.length > 0 && (
        <g className="lit">
          {own.map((stroke) => (
            <path key={path(stroke)} d={path(stroke)} strokeWidth={stroke.nib} />
          ))}
        </g>
      )}
    </Boxes>
  );
}

/** Boxes over a picture. */
export function PictureBoxes(size: Size) {
  return <Boxes {...size} />;
}

function Boxes({ width, height, children }: Size & { children?: ReactNode }) {
  const svg = useRef<SVGSVGElement>(null);
  const reading = useAnswer((answer) => answer.reading);
  const glyphs = useGlyphs();
  const chosen = glyphIn(
    glyphs,
    useMarks((marks) => marks.chosen),
  );
  const lit = glyphIn(
    glyphs,
    useMarks((marks) => marks.lit),
  );
  usePointing(svg, width);
  return (
    <svg ref={svg} aria-hidden="true" viewBox={`0 0 ${width} ${height}`} className="boxes">
      {children}
      {glyphs.map(({ box, amended }, i) => {
        const look = [
          i === chosen && "chosen",
          i === lit && "pointed",
          amended === "" && "removed",
          reading && doubtOf(reading, i) && "doubt",
        ];
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: glyphs have no other name
            key={i}
            {...box}
            className={look.filter(Boolean).join(" ")}
          />
        );
      })}
    </svg>
  );
}

/** Lights up the glyph under the pointer, while no button is pressed. */
function usePointing(svg: React.RefObject<SVGSVGElement | null>, width: number): void {
  useEffect(() => {
    const element = svg.current;
    const frame = element?.parentElement;
    if (!element || !frame) return;
    const point = ({ clientX, clientY, buttons, pointerType }: PointerEvent) => {
      if (buttons || pointerType === "touch") return light(-1);
      const { left, top, width: shown } = element.getBoundingClientRect();
      const scale = width / Math.max(1, shown);
      const glyphs = useAnswer.getState().reading?.glyphs ?? [];
      light(glyphAt(glyphs, [(clientX - left) * scale, (clientY - top) * scale], 0));
    };
    const leave = () => light(-1);
    const ends = new AbortController();
    const { signal } = ends;
    frame.addEventListener("pointermove", point, { signal });
    frame.addEventListener("pointerdown", leave, { signal });
    frame.addEventListener("pointerleave", leave, { signal });
    return () => {
      ends.abort();
      leave();
    };
  }, [svg, width]);
}

const NONE: Glyph[] = [];

/** The glyphs of the reading shown; none while it is that of an earlier drawing and will stay so. */
function useGlyphs(): Glyph[] {
  const reading = useAnswer((answer) => answer.reading);
  const waiting = useAnswer((answer) => answer.state === "waiting");
  const old = useSyncExternalStore(drawing.subscribe, isOldDrawing);
  return reading && (waiting || !old) ? reading.glyphs : NONE;
}

function isOldDrawing(): boolean {
  return (useAnswer.getState().subject?.key.startsWith("drawing") ?? false) && isStale();
}

/** The glyph that stands out: the one under the pointer, else the one chosen; -1 for none. */
function useFocus(glyphs: readonly Glyph[]): number {
  const { lit, chosen } = useMarks();
  const pointed = glyphIn(glyphs, lit);
  return pointed >= 0 ? pointed : glyphIn(glyphs, chosen);
}

/** The way of the pen as an SVG path; a dot is a line of no length. */
function path({ points }: Stroke): string {
  const places = points.map(([x, y]) => `${x} ${y}`);
  return `M${places[0]}L${places.slice(places.length > 1 ? 1 : 0).join("L")}`;
}
