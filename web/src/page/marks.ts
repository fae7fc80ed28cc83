import { create } from "zustand";
import { amendAnswer, useAnswer } from "../answer/reads";
import type { Box } from "../readers";
import { type Amendment, glyphAt, isSame, readAs } from "./glyphs";

/** Which glyphs a person points at, and what they said of some. Places outlast readings, so glyphs are kept by them. */
interface Marks {
  lit: Box | null; // under the pointer
  chosen: Box | null;
  amendments: readonly Amendment[];
}

const NONE: Marks = { lit: null, chosen: null, amendments: [] };

export const useMarks = create<Marks>(() => NONE);

/** Nothing is pointed at, nothing was said: for another drawing, picture or mode. */
export function forgetMarks(): void {
  if (useMarks.getState() !== NONE) useMarks.setState(NONE, true);
}

/** Lights up a glyph of the reading shown, by its index; none for -1. */
export function light(index: number): void {
  const lit = useAnswer.getState().reading?.glyphs[index]?.box ?? null;
  if (lit !== useMarks.getState().lit) useMarks.setState({ lit });
}

/** Chooses a glyph of the reading shown, by its index; none for -1. */
export function choose(index: number): void {
  useMarks.setState({ chosen: useAnswer.getState().reading?.glyphs[index]?.box ?? null });
}

/** Chooses the glyph at a place, or none; false where none is there. */
export function chooseAt(x: number, y: number): boolean {
  const index = glyphAt(useAnswer.getState().reading?.glyphs ?? [], [x, y]);
  choose(index);
  return index >= 0;
}

/** What a glyph really is; "" for no character. */
export function amend(index: number, label: string): void {
  const { reading } = useAnswer.getState();
  const glyph = reading?.glyphs[index];
  if (!reading || !glyph) return;
  const others = useMarks.getState().amendments.filter(({ box }) => !isSame(box, glyph.box));
  const amendment = { box: glyph.box, read: readAs(reading)[index] ?? "", label };
  useMarks.setState({ amendments: [...others, amendment] });
  amendAnswer();
}
