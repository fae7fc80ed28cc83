import { describe, expect, it } from "vitest";
import { ANYTHING, isAnything, queryOf, searchOf, wrongDays } from "./query";

describe("a search", () => {
  it("of anything asks for nothing", () => {
    expect(queryOf(ANYTHING)).toEqual({});
    expect(searchOf({})).toBe("");
    expect(isAnything({ ...ANYTHING, text: "  " })).toBe(true);
  });

  it("is sent as it was typed, whatever signs are in it", () => {
    const query = queryOf({ ...ANYTHING, text: ' 1 & 7 <b>"%', unsure: true });
    expect(query).toEqual({ text: '1 & 7 <b>"%', unsure: true });
    expect(new URLSearchParams(searchOf(query)).get("text")).toBe('1 & 7 <b>"%');
    expect(searchOf(query)).toContain("unsure=true");
  });

  it("from a day to a day holds both of them, as days are where the person is", () => {
    const { since = "", until = "" } = queryOf({ ...ANYTHING, from: "2026-11-26", to: "2026-11-27" });
    expect(new Date(since)).toEqual(new Date(2026, 10, 26));
    expect(new Date(until)).toEqual(new Date(2026, 10, 28));
  });

  it("over the end of a month or year goes on in the next one", () => {
    expect(new Date(queryOf({ ...ANYTHING, to: "2026-12-31" }).until ?? "")).toEqual(new Date(2027, 0, 1));
  });

  it("with the days the wrong way round says so", () => {
    expect(wrongDays({ ...ANYTHING, from: "2026-11-27", to: "2026-11-26" })).toContain("first day is after");
    expect(wrongDays({ ...ANYTHING, from: "2026-11-27", to: "2026-11-27" })).toBe("");
    expect(wrongDays({ ...ANYTHING, from: "2026-11-27" })).toBe("");
  });
});
