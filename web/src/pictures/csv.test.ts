import { expect, it } from "vitest";
import { toCsv } from "./csv";
import type { Item } from "./store";

const item: Item = { id: 1, name: "a.png", file: new Blob(), url: "", reading: null, problem: "" };

it("has a line for each picture, quoted where needed", () => {
  const [head, line] = toCsv([{ ...item, name: 'say "7", please.png', problem: "no picture" }]).split("\r\n");
  expect(head).toMatch(/^file,text,confidence,unsure,problem,where,milliseconds,model,p0,.*,p9$/);
  expect(line).toMatch(/^"say ""7"", please.png",,,,no picture,/);
});

it("has nothing in it that a spreadsheet would run", () => {
  expect(toCsv([{ ...item, name: "=1+1.png" }])).toContain("\r\n'=1+1.png,");
});

it("has the reading with ten probabilities", () => {
  const candidates = [{ label: "7", probability: 0.75 }];
  const box = { x: 0, y: 0, width: 1, height: 1 };
  const reading = {
    text: "7",
    confidence: 0.75,
    unsure: ["torn between 7 and 1"],
    model: "m",
    glyphs: [{ box, candidates }],
    seen: null,
    milliseconds: 2.34,
    where: "device" as const,
  };
  expect(toCsv([{ ...item, reading }])).toContain(
    "a.png,7,0.7500,torn between 7 and 1,,device,2.3,m,0.0000,0.0000,0.0000,0.0000,0.0000,0.0000,0.0000,0.7500,",
  );
});
