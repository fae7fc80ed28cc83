import { describe, expect, it } from "vitest";
import { beforeOf, bytesOf, doubtOf, isText, titleOf } from "./words";

const seven = { text: "7", label: null, unsure: [] };
const torn = { text: "7", label: null, unsure: ["torn between 7 and 1"] };
const doodle = { text: "", label: null, unsure: ["not a digit"] };
const corrected = { text: "7", label: "1", unsure: ["torn between 7 and 1"] };

describe("a saved reading", () => {
  it("is called by its text, by what a person said, or by why there is none", () => {
    expect([seven, torn, corrected, doodle].map(titleOf)).toEqual(["7", "7", "1", "Not a digit"]);
    expect(titleOf({ text: "", label: null, unsure: [] })).toBe("Nothing read");
    expect(titleOf({ text: "7", label: "not a digit", unsure: [] })).toBe("Not a digit");
    expect([seven, corrected, doodle].map(isText)).toEqual([true, true, false]);
  });

  it("says between which two it is torn, until a person has said which", () => {
    expect([seven, torn, corrected, doodle].map(doubtOf)).toEqual(["", "7 or 1?", "", "Unsure"]);
    expect(doubtOf({ ...torn, unsure: ["torn between 7 and 1", "torn between 4 and 9"] })).toBe("Unsure");
  });

  it("says what had been read, where that was something else", () => {
    expect([seven, torn, corrected].map(beforeOf)).toEqual(["", "", "7"]);
    expect(beforeOf({ ...seven, label: "7" })).toBe("");
    expect(beforeOf({ ...doodle, label: "3" })).toBe("not a digit");
  });
});

it("sizes are said in the unit that suits them", () => {
  const sizes = [12, 12_345, 12_345_678, 500_000_000];
  expect(sizes.map(bytesOf)).toEqual(["12 bytes", "12 kB", "12.3 MB", "500 MB"]);
});
