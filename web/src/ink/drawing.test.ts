import { describe, expect, it } from "vitest";
import { Drawing } from "./drawing";
import { point, stroke } from "./testing";

function draw(drawing: Drawing, ...places: [number, number][]): void {
  const [first = [0, 0], ...rest] = places;
  drawing.begin(point(...first), 18);
  drawing.extend(rest.map(([x, y]) => point(x, y)));
  drawing.end();
}

describe("a drawing", () => {
  it("takes strokes back one by one, and gives them again", () => {
    const drawing = new Drawing();
    draw(drawing, [0, 0], [10, 0]);
    draw(drawing, [0, 5], [10, 5]);
    drawing.undo();
    expect(drawing.strokes).toHaveLength(1);
    drawing.undo();
    expect(drawing.isEmpty).toBe(true);
    expect(drawing.canUndo).toBe(false);
    drawing.redo();
    drawing.redo();
    expect(drawing.strokes.map(({ points }) => points[0])).toEqual([point(0, 0), point(0, 5)]);
    expect(drawing.canRedo).toBe(false);
  });

  it("forgets what could be redone once something new is drawn", () => {
    const drawing = new Drawing();
    draw(drawing, [0, 0], [10, 0]);
    drawing.undo();
    draw(drawing, [1, 1]);
    expect(drawing.canRedo).toBe(false);
    expect(drawing.strokes).toHaveLength(1);
  });

  it("comes back by one undo after a clear", () => {
    const drawing = new Drawing();
    draw(drawing, [0, 0], [10, 0]);
    draw(drawing, [0, 5]);
    expect(drawing.clear()).toBe(true);
    expect(drawing.clear()).toBe(false);
    drawing.undo();
    expect(drawing.strokes).toHaveLength(2);
  });

  it("gives its place to another, and comes back by one undo", () => {
    const drawing = new Drawing();
    draw(drawing, [0, 0], [10, 0]);
    drawing.replace([stroke([5, 5], [6, 6]), stroke([7, 7])]);
    expect(drawing.strokes).toHaveLength(2);
    drawing.undo();
    expect(drawing.strokes.map(({ points }) => points[0])).toEqual([point(0, 0)]);
    drawing.redo();
    expect(drawing.strokes).toHaveLength(2);
  });

  it("is as before where a gesture is cancelled", () => {
    const drawing = new Drawing();
    draw(drawing, [0, 0], [10, 0]);
    drawing.begin(point(50, 50), 18);
    drawing.extend([point(60, 60)]);
    drawing.cancel();
    expect(drawing.strokes).toHaveLength(1);
    drawing.undo();
    expect(drawing.isEmpty).toBe(true);
  });

  it("undoes the stroke under way when the pen is still down", () => {
    const drawing = new Drawing();
    drawing.begin(point(50, 50), 18);
    drawing.extend([point(60, 60)]);
    drawing.undo();
    drawing.extend([point(70, 70)]);
    expect(drawing.isEmpty).toBe(true);
  });

  it("counts one wipe of the eraser as one step, and a miss as none", () => {
    const drawing = new Drawing();
    draw(drawing, [0, 0], [100, 0]);
    drawing.erase(point(20, 0), 5);
    drawing.erase(point(40, 0), 5);
    drawing.erase(point(80, 0), 5);
    drawing.end();
    expect(drawing.strokes.length).toBeGreaterThan(1);
    drawing.undo();
    expect(drawing.strokes.map(({ points }) => points)).toEqual([[point(0, 0), point(100, 0)]]);
    const { revision } = drawing;
    drawing.erase(point(300, 300), 5);
    drawing.end();
    expect(drawing.revision).toBe(revision);
    expect(drawing.canRedo).toBe(true);
  });

  it("grows by all coalesced points, but not by a pen that stands still", () => {
    const drawing = new Drawing();
    drawing.begin(point(0, 0), 18);
    drawing.extend([point(0, 0), point(1, 0), point(1, 0), point(2, 0)]);
    expect(drawing.strokes[0]?.points.map(([x]) => x)).toEqual([0, 1, 2]);
  });

  it("has another revision exactly when the strokes have changed", () => {
    const drawing = new Drawing();
    drawing.begin(point(0, 0), 18);
    const down = drawing.revision;
    drawing.extend([point(0, 0)]);
    drawing.end();
    expect(drawing.revision).toBe(down);
    drawing.undo();
    expect(drawing.revision).not.toBe(down);
  });

  it("holds no more points than the API takes", () => {
    const drawing = new Drawing();
    drawing.begin(point(0, 0), 18);
    drawing.extend(Array.from({ length: 20_100 }, (_, i) => point(i + 1, 0)));
    expect(drawing.strokes[0]?.points).toHaveLength(20_000);
  });

  it("tells its listeners until they no longer listen", () => {
    const drawing = new Drawing();
    let told = 0;
    const stop = drawing.subscribe(() => told++);
    drawing.begin(point(0, 0), 18);
    expect(told).toBe(1);
    stop();
    drawing.end();
    expect(told).toBe(1);
  });
});
