import type { Reading } from "../readers";
import { charactersOf, lineText, probabilityOf } from "./glyphs";

/** A reading as a table: each line with its confidence, as a person left it. */
export function linesOf(reading: Reading): string[][] {
  const rows = reading.lines.map((line, i) => {
    const sure = charactersOf(line).map(({ text, glyph }) => {
      const read = reading.glyphs[glyph];
      return !read || read.amended !== undefined ? 1 : probabilityOf(read, text);
    });
    const confidence = sure.reduce((product, one) => product * one, 1);
    return [`${i + 1}`, lineText(reading, line), confidence.toFixed(4)];
  });
  return [["line", "text", "confidence"], ...rows];
}
