import { describe, expect, it, vi } from "vitest";

vi.mock("../api/client", () => ({ api: {} })); // nothing here asks the server

const { addressOf, stateOf } = await import("./links");

describe("a link", () => {
  const now = Date.parse("2026-11-27T12:00:00.000+00:00");

  it("holds until it is revoked", () => {
    expect(stateOf({ expires: null, revoked: null }, now)).toBe("holds");
    expect(stateOf({ expires: null, revoked: "2026-11-27T11:00:00.000+00:00" }, now)).toBe("revoked");
  });

  it("holds until its time is over, on whatever clock that is said", () => {
    expect(stateOf({ expires: "2026-11-27T12:00:00.001+00:00", revoked: null }, now)).toBe("holds");
    expect(stateOf({ expires: "2026-11-27T12:00:00.000+00:00", revoked: null }, now)).toBe("expired");
    expect(stateOf({ expires: "2026-11-27T13:30:00.000+02:00", revoked: null }, now)).toBe("expired");
  });

  it("is passed on with the site's name", () => {
    expect(addressOf({ path: "/s/abc" }, "https://example.org")).toBe("https://example.org/s/abc");
  });
});
