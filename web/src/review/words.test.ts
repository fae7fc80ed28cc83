import { describe, expect, it, vi } from "vitest";

vi.mock("../api/client", () => ({ api: {} })); // nothing here asks the server

const { actOf, claimOf, warningOf } = await import("./words");
const { moved } = await import("./store");

describe("a correction", () => {
  it("says what was read and what it is said to be", () => {
    expect(claimOf({ read: "7", label: "1" })).toBe("Read as 7, said to be 1");
    expect(claimOf({ read: "", label: "1" })).toBe("Read as nothing, said to be 1");
    expect(claimOf({ read: null, label: "not a digit" })).toBe("Said to be not a digit");
  });

  it("says what is suspicious about it", () => {
    expect(warningOf({ mark: null })).toBe("");
    expect(warningOf({ mark: "contradiction" })).toContain("another label");
  });

  it("is decided by a key, whether it is a capital or not", () => {
    expect(["a", "A", "r", "ArrowDown", "x"].map(actOf)).toEqual([
      "accepted",
      "accepted",
      "refused",
      "next",
      null,
    ]);
  });

  it("is counted where it has gone to", () => {
    expect(moved({ waiting: 2, accepted: 0 }, "waiting", "accepted")).toEqual({ waiting: 1, accepted: 1 });
    expect(moved({}, "waiting", "refused")).toEqual({ waiting: 0, refused: 1 });
  });
});
