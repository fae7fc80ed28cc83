import { describe, expect, it, test } from "vitest";
import { GOLDEN, goldenPicture } from "./golden";
import { enlarged, enlargement } from "./nearer";

test.each(GOLDEN.enlarged)(
  "$name, $by times as large, is the picture that Python makes",
  ({ name, by, pixels }) => {
    const expected = Buffer.from(pixels, "base64");
    const picture = enlarged(goldenPicture(name), by);
    expect(picture.pixels).toHaveLength(expected.length);
    const off = picture.pixels.map((px, i) => Math.abs(px - (expected[i] ?? 0)));
    expect(off.reduce((most, one) => Math.max(most, one), 0)).toBeLessThanOrEqual(2); // of 255: rounded across, then down
  },
);

describe("a second look", () => {
  const boxes = (...heights: number[]) => heights.flatMap((height) => [0, 0, 10, height]);
  const sheet = (width: number, height: number) => ({ width, height, pixels: new Uint8Array() });

  it("is taken where most of the writing is small in a small picture", () => {
    expect(enlargement(sheet(300, 200), boxes(60, 20, 25))).toBe(1.5);
    expect(enlargement(sheet(56, 40), boxes(6, 7))).toBe(6); // of which 224 px are seen
  });

  it("is not taken where it is large, where the picture is, or where nothing is written", () => {
    expect(enlargement(sheet(300, 200), boxes(20, 35, 40))).toBe(1);
    expect(enlargement(sheet(500, 200), boxes(20))).toBe(1);
    expect(enlargement(sheet(300, 200), [])).toBe(1);
  });
});
