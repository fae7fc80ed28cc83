import { describe, expect, it } from "vitest";
import { KEY_NAME, wrongName, wrongPassword } from "./checks";

describe("a name", () => {
  it.each(["Ada", "Ж日本🖊", "<b>Ada</b>", "a".repeat(40)])("may be %s", (name) => {
    expect(wrongName(name)).toBe("");
  });

  it("says what is wrong with it", () => {
    expect(wrongName("")).toBe("A name is missing.");
    expect(wrongName("a".repeat(41))).toBe("A name has at most 40 characters; this one has 41.");
    expect(wrongName("A\u0000da")).toContain("cannot be seen");
    expect(wrongName("a".repeat(41), KEY_NAME.max)).toBe("");
  });
});

describe("a password", () => {
  it("has 8 to 200 characters, however many bytes they are", () => {
    expect(wrongPassword("1234567")).toBe("A password has at least 8 characters; this one has 7.");
    expect(wrongPassword("🖊".repeat(8))).toBe("");
    expect(wrongPassword("a".repeat(200))).toBe("");
    expect(wrongPassword("a".repeat(201))).toContain("at most 200");
  });
});
