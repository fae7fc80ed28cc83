/** Saved drawings as strokes of the sheet again. */
import type { components } from "../api/schema";
import type { Mode } from "../app/modes";
import { bounds, PAGE, type Point, type Sheet, SQUARE, type Stroke } from "../ink/stroke";

export type SavedDrawing = components["schemas"]["DrawingOut"];

const NO_PRESSURE = 0.5; // as a mouse reports it
const PACE = 8; // ms between points that say no time
const NIB = { digit: 18, page: 11 }; // px of the sheet, as the page draws by default
const SHARE = 0.7; // of the sheet, for a drawing that lies elsewhere

/** In which mode a drawing is opened that read so: one digit alone, or the narrowest alphabet that has all of it. */
export function modeFor(text: string, glyphs: number, drawing: SavedDrawing): Mode {
  const signs = text.replace(/\s/g, "");
  const single = glyphs <= 1 && /^\d?$/.test(signs) && drawing.width !== PAGE.width && fits(drawing, SQUARE);
  if (single) return "digit";
  if (/^[\d.,\-/:()+]+$/.test(signs)) return "number";
  return /^\p{L}+$/u.test(signs) ? "letters" : "anything";
}

/** The strokes on the sheet of this mode: where they were, or in its middle where they lie beside it. */
export function strokesOf(drawing: SavedDrawing, mode: Mode): Stroke[] {
  const sheet = mode === "digit" ? SQUARE : PAGE;
  const lists = (drawing.strokes ?? []).filter((points) => points.length > 0);
  const place = placeOn(sheet, drawing, lists);
  const nib = clamp((drawing.pen ?? 0) * place.scale || (mode === "digit" ? NIB.digit : NIB.page), 3, 40);
  return lists.map((points) => ({
    nib,
    points: points.map(
      ([x = 0, y = 0, t, pressure], i): Point => [
        round(x * place.scale + place.x),
        round(y * place.scale + place.y),
        round(Math.max(0, t ?? i * PACE)),
        clamp(pressure ?? NO_PRESSURE, 0, 1),
      ],
    ),
  }));
}

/** The part of the plane that shows a drawing: its canvas, or its strokes with an edge around them. */
export function frameOf(drawing: SavedDrawing): { x: number; y: number; width: number; height: number } {
  const { width, height } = drawing;
  if (width && height) return { x: 0, y: 0, width, height };
  const box = boundsOf(drawing.strokes ?? []);
  if (!box) return { x: 0, y: 0, width: 1, height: 1 };
  const [wide, high] = [box.right - box.left, box.bottom - box.top];
  const longer = Math.max(wide, high, 1);
  const edge = 0.2 * longer;
  // at least a third as high as wide, and the other way round: a dash is no ribbon
  const size = {
    width: Math.max(wide, longer / 3) + 2 * edge,
    height: Math.max(high, longer / 3) + 2 * edge,
  };
  return {
    x: box.left - (size.width - wide) / 2,
    y: box.top - (size.height - high) / 2,
    ...size,
  };
}

interface Place {
  scale: number;
  x: number;
  y: number;
}

function placeOn(sheet: Sheet, drawing: SavedDrawing, lists: readonly number[][][]): Place {
  const asItIs = { scale: 1, x: 0, y: 0 };
  if (fits(drawing, sheet)) return asItIs;
  const box = boundsOf(lists);
  if (!box) return asItIs;
  const [wide, high] = [box.right - box.left, box.bottom - box.top];
  const scale = Math.min(
    (SHARE * sheet.width) / Math.max(wide, 1),
    (SHARE * sheet.height) / Math.max(high, 1),
  );
  return {
    scale,
    x: (sheet.width - wide * scale) / 2 - box.left * scale,
    y: (sheet.height - high * scale) / 2 - box.top * scale,
  };
}

/** Whether the drawing was made on such a sheet, or lies on one and is not lost in its corner. */
function fits({ strokes, width, height }: SavedDrawing, sheet: Sheet): boolean {
  if (width && height) return width === sheet.width && height === sheet.height;
  const box = boundsOf(strokes ?? []);
  if (!box) return true;
  const inside = box.left >= 0 && box.top >= 0 && box.right <= sheet.width && box.bottom <= sheet.height;
  return inside && Math.max(box.right - box.left, box.bottom - box.top) >= 0.05 * sheet.height;
}

function boundsOf(lists: readonly number[][][]) {
  return bounds(
    lists.map((points) => ({ nib: 1, points: points.map(([x = 0, y = 0]): Point => [x, y, 0, 0]) })),
  );
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
