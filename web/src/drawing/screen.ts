import { onThemeChange } from "../app/theme";
import type { Drawing } from "../ink/drawing";
import { Nib } from "../ink/nib";
import { SIDE } from "../ink/stroke";

/**
 * Keeps two canvases, one above the other, showing the drawing: at most once a frame, on every pixel the
 * screen has, after changes of size, density and theme. The answer ends that.
 */
export function show(settled: HTMLCanvasElement, wet: HTMLCanvasElement, drawing: Drawing): () => void {
  const nib = new Nib(context(settled), context(wet));
  let colour = getComputedStyle(settled).color;
  let scheduled = 0;
  let anew = true;

  const draw = () => {
    scheduled = 0;
    nib.draw(drawing.strokes, colour, anew);
    anew = false;
  };
  const schedule = () => {
    scheduled ||= requestAnimationFrame(draw);
  };
  const measure = () => {
    const side = Math.max(1, Math.round(settled.clientWidth * window.devicePixelRatio));
    if (side !== settled.width) {
      for (const canvas of [settled, wet]) {
        canvas.width = canvas.height = side; // blanks it
        context(canvas).scale(side / SIDE, side / SIDE);
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
  const stops = [drawing.subscribe(schedule), onThemeChange(recolour)];
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
