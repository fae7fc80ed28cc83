import { expect, it } from "vitest";
import { tableOf } from "./csv";
import type { Item } from "./store";

const item: Item = { id: 1, name: "a.png", file: new Blob(), url: "", reading: null, problem: "" };
const box = { x: 0, y: 0, width: 1, height: 1 };
const reading = {
  text: "7",
  confidence: 0.75,
  unsure: ["torn between 7 and 1"],
  model: "m",
  glyphs: [{ box, candidates: [{ label: "7", probability: 0.75 }] }],
  lines: [{ text: "7", first: 0, end: 1 }],
  seen: null,
  milliseconds: 2.34,
  where: "device" as const,
};

it("has a line for each picture, quoted where needed", () => {
  const named = { ...item, name: 'say "7", please.png', problem: "no picture" };
  const [head, line] = tableOf([named], "digit").split("\r\n");
  expect(head).toMatch(/^file,text,confidence,unsure,problem,where,milliseconds,model,p0,.*,p9$/);
  expect(line).toMatch(/^"say ""7"", please.png",,,,no picture,,,,,,,,,,,,,$/);
});

it("has the reading of one digit with ten probabilities", () => {
  expect(tableOf([{ ...item, reading }], "digit")).toContain(
    "a.png,7,0.7500,torn between 7 and 1,,device,2.3,m,0.0000,0.0000,0.0000,0.0000,0.0000,0.0000,0.0000,0.7500,",
  );
});

it("has the text of a page in one cell, its lines as they stand", () => {
  const page = { ...reading, text: "12.50\n-7", unsure: [] };
  const [head, line] = tableOf([{ ...item, reading: page }], "number").split("\r\n");
  expect(head).toBe("file,text,confidence,unsure,problem,where,milliseconds,model");
  expect(line).toBe('a.png,"12.50\n-7",0.7500,,,device,2.3,m');
});
