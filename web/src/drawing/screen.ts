import { onThemeChange } from "../app/theme";
import type { Drawing } from "../ink/drawing";
import { Nib } from "../ink/nib";
import type { Sheet } from "../ink/stroke";

/** The sheet, and who hears of another one. */
interface Sheets {
  sheet(): Sheet;
  subscribe(listener: () => void): () => void;
}

/**
 * Keeps two canvases, one above the other, showing the drawing: at most once a frame, on every pixel the
 * screen has, after changes of sheet, size, density and theme. The answer ends that.
 */
export function show(
  settled: HTMLCanvasElement,
  wet: HTMLCanvasElement,
  drawing: Drawing,
  { sheet, subscribe }: Sheets,
): () => void {
  const nib = new Nib(context(settled), context(wet));
  let colour = getComputedStyle(settled).color;
  let scheduled = 0;
  let anew = true;
  let scaled = 0; // px of the screen for each of the sheet

  const draw = () => {
    scheduled = 0;
    nib.draw(drawing.strokes, colour, anew);
    anew = false;
  };
  const schedule = () => {
    scheduled ||= requestAnimationFrame(draw);
  };
  const measure = () => {
    const [width, height] = [settled.clientWidth, settled.clientHeight].map((side) =>
      Math.max(1, Math.round(side * window.devicePixelRatio)),
    ) as [number, number];
    const scale = width / sheet().width;
    if (width !== settled.width || height !== settled.height || scale !== scaled) {
      scaled = scale;
      for (const canvas of [settled, wet]) {
        Object.assign(canvas, { width, height }); // blanks it
        context(canvas).scale(scale, scale);
      }
    }
    recolour();
  };
  const recolour = () => {
    colour = getComputedStyle(settled).color;
    anew = true;
    schedule();
  };

  const resized = new ResizeObserver(measure);
  resized.observe(settled);
  window.addEventListener("resize", measure); // a window on another screen, with other pixels
  const stops = [drawing.subscribe(schedule), onThemeChange(recolour), subscribe(measure)];
  measure();
  return () => {
    cancelAnimationFrame(scheduled);
    resized.disconnect();
    window.removeEventListener("resize", measure);
    for (const stop of stops) stop();
  };
}

function context(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("expected a canvas to draw on, got none from this browser; try another one");
  return context;
}
