import { describe, expect, it } from "vitest";
import type { GreyPicture } from "../readers/types";
import { Plotter } from "./plotter";
import { bounds, type Stroke } from "./stroke";
import { point, stroke } from "./testing";

function inked({ width, pixels }: GreyPicture): { left: number; top: number; right: number; bottom: number } {
  const dark = [...pixels.entries()].filter(([, grey]) => grey < 128).map(([at]) => at);
  const [xs, ys] = [dark.map((at) => at % width), dark.map((at) => Math.floor(at / width))];
  return {
    left: Math.min(...xs),
    top: Math.min(...ys),
    right: Math.max(...xs) + 1,
    bottom: Math.max(...ys) + 1,
  };
}

const seven = [stroke([180, 150], [410, 148], [300, 380], [280, 470]), stroke([235, 310], [375, 308])];

describe("the picture for the reader", () => {
  it("shows the strokes centred, their longer side at 60 % of 280 px, under a pen of 16 px", () => {
    const picture = new Plotter().picture([stroke([500, 20], [500, 60])]);
    expect([picture.width, picture.height]).toEqual([280, 280]);
    expect(inked(picture)).toEqual({ left: 132, top: 48, right: 148, bottom: 232 }); // 168 + 16 px high
  });

  it("is the same wherever and however large it was drawn, and with whatever pen", () => {
    const [there, here] = [stroke([400, 400], [500, 500]), stroke([10, 10], [20, 20])];
    expect(new Plotter().picture([{ ...there, nib: 40 }])).toEqual(new Plotter().picture([here]));
  });

  it("is as dark at a light pressure as at a strong one", () => {
    const light: Stroke = { points: [point(0, 0), point(9, 9)].map(([x, y, t]) => [x, y, t, 0.05]), nib: 6 };
    expect(new Plotter().picture([light])).toEqual(new Plotter().picture([stroke([0, 0], [9, 9])]));
  });

  it("has a dot for a dot", () => {
    expect(inked(new Plotter().picture([stroke([30, 40])]))).toEqual({
      left: 132,
      top: 132,
      right: 148,
      bottom: 148,
    });
  });

  it("is white where nothing is drawn", () => {
    expect(new Set(new Plotter().picture([]).pixels)).toEqual(new Set([255]));
  });

  it("has soft edges and full ink", () => {
    const greys = new Set(new Plotter().picture([stroke([0, 0], [30, 77])]).pixels);
    expect(greys.has(0)).toBe(true);
    expect(greys.has(255)).toBe(true);
    expect(greys.size).toBeGreaterThan(20);
  });

  it("is the same drawn bit by bit as drawn at once", () => {
    const plotter = new Plotter();
    const points = [...(seven[0]?.points ?? [])];
    const growing = [{ points: points.slice(0, 1), nib: 18 }];
    const pen = growing[0]?.points as (typeof points)[number][];
    for (const next of points.slice(1)) {
      plotter.picture(growing);
      pen.push(next);
    }
    plotter.picture(growing);
    const [, bar] = seven;
    if (!bar) throw new Error("expected a seven with a bar");
    expect(plotter.picture([...growing, bar])).toEqual(new Plotter().picture(seven));
  });

  it("forgets what was undone", () => {
    const plotter = new Plotter();
    plotter.picture(seven);
    expect(plotter.picture(seven.slice(0, 1))).toEqual(new Plotter().picture(seven.slice(0, 1)));
  });

  it("belongs to whoever asked for it", () => {
    const plotter = new Plotter();
    const first = plotter.picture(seven);
    const before = first.pixels.slice();
    plotter.picture(seven.slice(0, 1));
    expect(first.pixels).toEqual(before);
  });
});

describe("the bounds", () => {
  it("hold all points", () => {
    expect(bounds(seven)).toEqual({ left: 180, top: 148, right: 410, bottom: 470 });
  });

  it("are none for no strokes", () => {
    expect(bounds([])).toBeNull();
  });
});
