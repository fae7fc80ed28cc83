import { bars, LABELS } from "../answer/words";
import type { Item } from "./store";

const HEAD = ["file", "text", "confidence", "unsure", "problem", "where", "milliseconds", "model"];

/** One line for each picture, as spreadsheets take it (RFC 4180). */
export function toCsv(items: readonly Item[]): string {
  const head = [...HEAD, ...LABELS.map((label) => `p${label}`)];
  return [head, ...items.map(line)]
    .map((cells) => cells.map(cell).join(","))
    .join("\r\n")
    .concat("\r\n");
}

function line({ name, reading, problem }: Item): (string | number)[] {
  if (!reading) return [name, "", "", "", problem, "", "", "", ...LABELS.map(() => "")];
  const { text, confidence, unsure, where, milliseconds, model } = reading;
  const shares = bars(reading).map((share) => share.toFixed(4));
  return [
    name,
    text,
    confidence.toFixed(4),
    unsure.join("; "),
    "",
    where,
    milliseconds.toFixed(1),
    model,
    ...shares,
  ];
}

function cell(value: string | number): string {
  const text = String(value);
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text; // a spreadsheet would run it as a formula
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
