import { describe, expect, it } from "vitest";
import { Nib } from "./nib";
import type { Point, Stroke } from "./stroke";
import { point, stroke } from "./testing";

/** Writes down what is drawn, as far as a nib draws. */
class Layer {
  lineWidth = 0;
  drawn: string[] = [];
  widths: number[] = [];
  #path: string[] = [];

  beginPath = () => {
    this.#path = [];
  };
  moveTo = (...at: number[]) => this.#path.push(`M${at.map(Math.round)}`);
  lineTo = (...at: number[]) => this.#path.push(`L${at.map(Math.round)}`);
  quadraticCurveTo = (...at: number[]) => this.#path.push(`Q${at.map(Math.round)}`);
  arc = (x: number, y: number) => this.#path.push(`O${Math.round(x)},${Math.round(y)}`);
  stroke = () => {
    this.drawn.push(this.#path.join(" "));
    this.widths.push(this.lineWidth);
  };
  fill = () => this.drawn.push(this.#path.join(" "));
  clearRect = (...box: number[]) => {
    if (box.join() === "0,0,800,800") this.drawn = [];
  };
}

function nib(): { nib: Nib; settled: Layer; wet: Layer } {
  const [settled, wet] = [new Layer(), new Layer()];
  const context = (layer: Layer) => layer as unknown as CanvasRenderingContext2D;
  return { nib: new Nib(context(settled), context(wet)), settled, wet };
}

const curve = stroke([0, 0], [20, 5], [40, 20], [50, 45], [52, 80]);

describe("the ink on the screen", () => {
  it("is the same drawn bit by bit as drawn at once", () => {
    const [live, anew] = [nib(), nib()];
    const points: Point[] = [];
    const growing: Stroke = { points, nib: 18 };
    for (const next of curve.points) {
      points.push(next);
      live.nib.draw([growing], "blue");
    }
    anew.nib.draw([curve], "blue");
    expect(live.settled.drawn).toEqual(anew.settled.drawn);
    expect(live.settled.drawn.length).toBeGreaterThan(3);
  });

  it("settles each stretch once: a frame without new points adds nothing", () => {
    const { nib: pen, settled } = nib();
    pen.draw([curve], "blue");
    const { length } = settled.drawn;
    pen.draw([curve], "blue");
    expect(settled.drawn).toHaveLength(length);
  });

  it("reaches the pen on the wet layer, and settles that when the next stroke begins", () => {
    const { nib: pen, settled, wet } = nib();
    pen.draw([curve], "blue");
    expect(wet.drawn.at(-1)).toBe("M51,63 Q52,80,52,80");
    expect(settled.drawn).not.toContain("M51,63 Q52,80,52,80");
    pen.draw([curve, stroke([100, 100])], "blue");
    expect(settled.drawn).toContain("M51,63 Q52,80,52,80");
    expect(wet.drawn.at(-1)).toBe("O100,100");
  });

  it("is drawn anew where a stroke is gone", () => {
    const { nib: pen, settled } = nib();
    const alone = nib();
    pen.draw([curve, stroke([1, 1], [2, 2])], "blue");
    pen.draw([curve], "blue");
    alone.nib.draw([curve], "blue");
    expect(settled.drawn).toEqual(alone.settled.drawn);
  });

  it("is wider under pressure", () => {
    const pressed = (pressure: number): Stroke => ({
      points: [point(0, 0), point(100, 0), point(200, 0)].map(([x, y, t]) => [x, y, t, pressure]),
      nib: 18,
    });
    const [light, strong] = [nib(), nib()];
    light.nib.draw([pressed(0.1)], "blue");
    strong.nib.draw([pressed(0.9)], "blue");
    expect(strong.settled.widths.at(-1)).toBeGreaterThan(2 * (light.settled.widths.at(-1) ?? 0));
  });
});
