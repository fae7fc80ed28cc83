import { describe, expect, it } from "vitest";
import { cropped, isWhole, moved, spanned, stretched, whole } from "./crop";

const size = { width: 100, height: 50 };
const box = { x: 10, y: 10, width: 20, height: 20 };

describe("a crop box", () => {
  it("begins as the whole picture", () => {
    expect(isWhole(whole(size), size)).toBe(true);
    expect(isWhole(box, size)).toBe(false);
  });

  it("stops at the edges when moved", () => {
    expect(moved(box, -50, 5, size)).toEqual({ ...box, x: 0, y: 15 });
    expect(moved(box, 500, 500, size)).toEqual({ ...box, x: 80, y: 30 });
  });

  it("keeps the opposite corner when one is pulled", () => {
    expect(stretched(box, "top left", -5, 3, size)).toEqual({ x: 5, y: 13, width: 25, height: 17 });
    expect(stretched(box, "bottom right", 500, 500, size)).toEqual({ x: 10, y: 10, width: 90, height: 40 });
  });

  it("does not turn inside out", () => {
    const small = stretched(box, "top left", 500, 500, size);
    expect([small.width, small.height]).toEqual([8, 8]);
    expect([small.x + small.width, small.y + small.height]).toEqual([30, 30]);
  });

  it("spans from any corner to any other", () => {
    expect(spanned([60, 40], [20, 10], size)).toEqual({ x: 20, y: 10, width: 40, height: 30 });
    expect(spanned([-9, -9], [500, 500], size)).toEqual({ x: 0, y: 0, width: 100, height: 50 });
  });
});

it("cuts the rows and columns of the box out of the picture", () => {
  const picture = { width: 3, height: 3, pixels: Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9]) };
  const part = cropped(picture, { x: 1, y: 0, width: 2, height: 2 });
  expect(part).toEqual({ width: 2, height: 2, pixels: Uint8Array.from([2, 3, 5, 6]) });
});
