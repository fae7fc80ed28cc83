/** The page reads the golden pictures as Python does: the same model file, the WebAssembly that ships. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { MODEL_FILE, WASM_FILE } from "../../vite/files";
import { luma } from "./canvas";
import { GOLDEN, goldenPicture } from "./golden";
import { openSession, type Session } from "./session";

const TOLERANCE = 1e-4;
const names = Object.keys(GOLDEN.pictures);

let session: Session;

beforeAll(async () => {
  const [model, wasm] = [readFileSync(MODEL_FILE), readFileSync(WASM_FILE)];
  const sha256 = createHash("sha256").update(model).digest("hex");
  expect(sha256, "run `python -m tools.make_golden`").toBe(GOLDEN.sha256);
  session = await openSession(new Uint8Array(model), new Uint8Array(wasm).buffer, sha256);
}, 30_000); // ms

test("the id of the model is the one Python gives it", () => {
  expect(session.model).toBe(GOLDEN.model);
});

describe.each(names)("%s", (name) => {
  const { probabilities, reading: python, seen } = GOLDEN.pictures[name] as (typeof GOLDEN.pictures)[string];

  test("has the text, the doubts and the probabilities that Python finds", async () => {
    const reading = await session.read(goldenPicture(name));
    expect({ text: reading.text, unsure: reading.unsure, model: reading.model }).toEqual({
      text: python.text,
      unsure: python.unsure,
      model: python.model,
    });
    expect(Math.abs(reading.confidence - python.confidence)).toBeLessThan(TOLERANCE);
    expect(reading.glyphs).toHaveLength(python.glyphs.length);
    for (const { label, probability } of reading.glyphs.flatMap(({ candidates }) => candidates)) {
      expect(Math.abs(probability - (probabilities[label] as number)), label).toBeLessThan(TOLERANCE);
    }
  });

  test("has its box where Python finds it", async () => {
    const reading = await session.read(goldenPicture(name));
    for (const [i, { box }] of python.glyphs.entries()) {
      for (const [side, px] of Object.entries(box)) {
        expect(
          Math.abs((reading.glyphs[i]?.box[side as keyof typeof box] as number) - px),
          side,
        ).toBeLessThan(0.01);
      }
    }
  });

  test("was seen by the network as Python shows it", async () => {
    const reading = await session.read(goldenPicture(name));
    expect(reading.seen === null).toBe(seen === null);
    const expected = Buffer.from(seen ?? "", "base64");
    const differences = Array.from(reading.seen ?? [], (ink, i) => Math.abs(ink - (expected[i] as number)));
    expect(differences).toHaveLength(expected.length);
    expect(Math.max(0, ...differences)).toBeLessThanOrEqual(1); // of 255: rounding
  });
});

test.each(GOLDEN.colours)("$colour is the grey that Python makes of it", ({ colour, grey }) => {
  expect(luma(...colour)).toBe(grey);
});
