import { describe, expect, it } from "vitest";
import type { Box, GreyPicture } from "../readers/types";
import { onSheet, pagePicture } from "./page";
import { stroke } from "./testing";

/** The box of all dark pixels. */
function inked({ width, pixels }: GreyPicture): Box {
  const dark = [...pixels.entries()].filter(([, grey]) => grey < 128).map(([at]) => at);
  const [xs, ys] = [dark.map((at) => at % width), dark.map((at) => Math.floor(at / width))];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) + 1 - x, height: Math.max(...ys) + 1 - y };
}

const number = [
  stroke([100, 200], [120, 350]),
  stroke([300, 220], [380, 260], [300, 360]),
  stroke([700, 210], [690, 350]),
];

describe("the picture of a page", () => {
  it("is cut to the ink, its longer side 320 px, and never a ribbon", () => {
    const { picture } = pagePicture(number);
    expect([picture.width, picture.height]).toEqual([320, 132]);
    expect(pagePicture([stroke([0, 0], [0, 500])]).picture).toMatchObject({ width: 107, height: 320 });
  });

  it("has the ink in its middle, with paper around", () => {
    const { picture } = pagePicture(number);
    const { x, y, width, height } = inked(picture);
    expect(x).toBeGreaterThan(10);
    expect(Math.abs(2 * x + width - picture.width)).toBeLessThanOrEqual(2);
    expect(Math.abs(2 * y + height - picture.height)).toBeLessThanOrEqual(2);
  });

  it("does not blow a dot up", () => {
    const { width, height } = inked(pagePicture([stroke([400, 300])]).picture);
    expect(Math.max(width, height)).toBeLessThanOrEqual(4);
  });

  it("has a finer pen for finer writing, whatever pen was used", () => {
    const line = (height: number, nib: number) =>
      [0, 200, 400, 600].map((x) => ({ ...stroke([x, 0], [x, height]), nib }));
    const ink = (height: number, nib: number) => inked(pagePicture([...line(height, nib)]).picture).height;
    const [small, large] = [pagePicture(line(50, 18)), pagePicture(line(150, 18))];
    const dark = ({ picture }: typeof small) => picture.pixels.filter((grey) => grey < 128).length;
    expect(dark(large) / 3).toBeGreaterThan(1.5 * dark(small)); // three times as high, and the pen wider, too
    expect(ink(150, 6)).toBe(ink(150, 40));
  });

  it("tells where a box of it lies on the sheet", () => {
    const { picture, place } = pagePicture(number);
    const box = onSheet(inked(picture), place);
    const pen = 15; // px of the sheet, at most
    expect(Math.abs(box.x - 100)).toBeLessThan(pen);
    expect(Math.abs(box.y - 200)).toBeLessThan(pen);
    expect(Math.abs(box.width - 600)).toBeLessThan(2 * pen);
    expect(Math.abs(box.height - 160)).toBeLessThan(2 * pen);
  });

  it("is white where nothing is drawn", () => {
    expect(new Set(pagePicture([]).picture.pixels)).toEqual(new Set([255]));
  });
});
