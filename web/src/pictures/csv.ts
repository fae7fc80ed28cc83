import { toCsv } from "../answer/spreadsheet";
import { bars, LABELS } from "../answer/words";
import type { Mode } from "../app/modes";
import type { Item } from "./store";

const HEAD = ["file", "text", "confidence", "unsure", "problem", "where", "milliseconds", "model"];

/** A row for each picture; of one digit with the probabilities of all ten. */
export function tableOf(items: readonly Item[], mode: Mode): string {
  const digits = mode === "digit" ? LABELS.map((label) => `p${label}`) : [];
  return toCsv([[...HEAD, ...digits], ...items.map((item) => row(item, digits.length > 0))]);
}

function row({ name, reading, problem }: Item, digits: boolean): string[] {
  const shares = digits ? bars(reading).map((share) => (reading ? share.toFixed(4) : "")) : [];
  if (!reading) return [name, "", "", "", problem, "", "", "", ...shares];
  const { text, confidence, unsure, where, milliseconds, model } = reading;
  const about = [confidence.toFixed(4), unsure.join("; "), "", where, milliseconds.toFixed(1), model];
  return [name, text, ...about, ...shares];
}
