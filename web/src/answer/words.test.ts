import { describe, expect, it } from "vitest";
import type { Reading } from "../readers";
import { bars, duration, percent, spoken, spokenText, verdictOf } from "./words";

function reading(shares: Record<string, number>, also: Partial<Reading> = {}): Reading {
  const candidates = Object.entries(shares)
    .map(([label, probability]) => ({ label, probability }))
    .sort((a, b) => b.probability - a.probability);
  const box = { x: 0, y: 0, width: 1, height: 1 };
  const [best] = candidates;
  return {
    text: best?.label ?? "",
    confidence: best?.probability ?? 0,
    unsure: [],
    model: "m",
    glyphs: [{ box, candidates }],
    lines: [{ text: best?.label ?? "", first: 0, end: 1 }],
    seen: null,
    milliseconds: 1,
    where: "device",
    ...also,
  };
}

describe("what is said of a reading", () => {
  it("is the digit and how sure it is", () => {
    expect(spoken(verdictOf(reading({ 7: 0.97, 1: 0.03 })))).toBe("7, 97 % sure");
  });

  it("is both candidates where it is torn, and neither is 'not a digit'", () => {
    const torn = reading({ 1: 0.5, "not a digit": 0.3, 7: 0.2 }, { unsure: ["torn between 1 and 7"] });
    expect(verdictOf(torn)).toMatchObject({ kind: "torn", first: { label: "1" }, second: { label: "7" } });
    expect(spoken(verdictOf(torn))).toBe("1, 50 %, or 7, 20 %?");
  });

  it("is plain where it is no digit", () => {
    const none = reading({ "not a digit": 0.8, 7: 0.2 }, { text: "", unsure: ["not a digit"] });
    expect(spoken(verdictOf(none))).toBe("Not a digit, 80 % sure");
  });

  it("is nothing where nothing is drawn", () => {
    const blank = reading({}, { text: "", unsure: ["nothing drawn"], glyphs: [] });
    expect(verdictOf(blank)).toEqual({ kind: "nothing" });
    expect(verdictOf(null)).toEqual({ kind: "nothing" });
  });
});

describe("what is said of many characters", () => {
  it("is every line and how sure it is of all", () => {
    const both = reading({}, { text: "12.50\n7", confidence: 0.9 });
    expect(spokenText(both)).toBe("12.50; 7, 90 % sure");
  });

  it("is plain where there is nothing to read, and nothing where nothing was asked", () => {
    expect(spokenText(reading({}, { text: "", unsure: ["nothing to read"] }))).toBe("Nothing to read here");
    expect(spokenText(null)).toBe("");
  });
});

it("the bars stand in the order of the digits", () => {
  expect(bars(reading({ 9: 0.6, 0: 0.4 }))).toEqual([0.4, 0, 0, 0, 0, 0, 0, 0, 0, 0.6]);
});

it("percentages promise neither certainty nor impossibility", () => {
  expect([1, 0.99999, 0.9949, 0.5, 0.004, 0].map(percent)).toEqual([
    "100 %",
    "99.9 %",
    "99.5 %",
    "50 %",
    "< 1 %",
    "0 %",
  ]);
});

it("durations have as many digits as can be told apart", () => {
  expect([2.34, 31.4].map(duration)).toEqual(["2.3 ms", "31 ms"]);
});
