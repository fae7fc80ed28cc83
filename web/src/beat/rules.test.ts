import { describe, expect, it } from "vitest";
import type { Stroke } from "../ink/stroke";
import type { Reading } from "../readers";
import { CHALLENGES, type Challenge, challengeOf } from "./challenges";
import { choose, judge, misfit, pointFor, type Round, scoreOf } from "./rules";

const SEVEN = challengeOf("7-crossed") as Challenge;
const CORNER = challengeOf("9-corner") as Challenge;
const SMALL = challengeOf("8-small") as Challenge;

function reading(text: string, unsure: string[] = [], second = "1"): Reading {
  const candidates = [
    { label: text || "not a digit", probability: 0.8 },
    { label: second, probability: 0.2 },
  ];
  const glyphs = [{ box: { x: 0, y: 0, width: 1, height: 1 }, candidates }];
  const rest = { model: "m", lines: [], seen: null, milliseconds: 1, where: "device" as const };
  return { text, confidence: 0.8, unsure, glyphs, ...rest };
}

/** A line from one place to another, in px of the sheet. */
function line(x0: number, y0: number, x1: number, y1: number): Stroke[] {
  return [
    {
      nib: 18,
      points: [
        [x0, y0, 0, 0.5],
        [x1, y1, 9, 0.5],
      ],
    },
  ];
}

/** How often each is chosen of `count` evenly spread chances. */
function chosen(past: Round[], count = 2000): Map<string, number> {
  const times = new Map<string, number>();
  for (let i = 0; i < count; i++) {
    const { id } = choose(CHALLENGES, past, () => (i + 0.5) / count);
    times.set(id, (times.get(id) ?? 0) + 1);
  }
  return times;
}

describe("what can be asked", () => {
  it("has two ways at least of writing each digit, each with its own id and a sketch that fits its field", () => {
    for (let digit = 0; digit < 10; digit++) {
      expect(CHALLENGES.filter((one) => one.digit === digit).length, String(digit)).toBeGreaterThan(1);
    }
    expect(new Set(CHALLENGES.map(({ id }) => id)).size).toBe(CHALLENGES.length);
    for (const { id, digit, asked, sketch } of CHALLENGES) {
      expect(asked).toContain(String(digit));
      expect(id.startsWith(`${digit}-`)).toBe(true);
      const numbers = (sketch.match(/\d+/g) ?? []).map(Number);
      expect(Math.max(...numbers)).toBeLessThanOrEqual(97);
      expect(Math.min(...numbers)).toBeGreaterThanOrEqual(3);
    }
  });
});

describe("what is asked next", () => {
  it("may at first be anything", () => {
    expect(chosen([]).size).toBe(CHALLENGES.length);
  });

  it("is never the digit that was just asked, won, lost or skipped", () => {
    for (const end of ["you", "reader", "skipped", "left out"] as const) {
      const after = chosen([{ id: "7-crossed", end }]);
      expect([...after.keys()].filter((id) => id.startsWith("7-"))).toEqual([]);
      expect(after.size).toBe(CHALLENGES.filter(({ digit }) => digit !== 7).length);
    }
  });

  it("is rather what was not asked yet", () => {
    const times = chosen([
      { id: "1-foot", end: "reader" },
      { id: "7-crossed", end: "reader" },
    ]);
    expect(times.get("1-foot")).toBeLessThan((times.get("1-flag") ?? 0) / 3);
  });

  it("is rather what this hand has beaten the reader with, and its digit in other styles", () => {
    const won: Round[] = Array.from({ length: 3 }, () => ({ id: "1-foot", end: "you" }));
    const times = chosen([...won, { id: "7-crossed", end: "reader" }]);
    const lost: Round[] = won.map(({ id }) => ({ id, end: "reader" }));
    const without = chosen([...lost, { id: "7-crossed", end: "reader" }]);
    expect(times.get("1-foot")).toBeGreaterThan(2 * (without.get("1-foot") ?? 0));
    expect(times.get("1-flag")).toBeGreaterThan(2 * (without.get("1-flag") ?? 0));
  });

  it("forgets what no longer can be asked", () => {
    expect(chosen([{ id: "no longer", end: "you" }]).size).toBe(CHALLENGES.length);
  });

  it("is something even where chance is at its end", () => {
    expect(choose(CHALLENGES, [], () => 1)).toBe(CHALLENGES.at(-1));
  });
});

describe("a drawing", () => {
  it("that is none is not read", () => {
    expect(misfit(SEVEN, [])).toBe("Draw it first.");
  });

  it("that is a dot is no digit", () => {
    expect(misfit(SEVEN, line(300, 300, 310, 310))).toMatch(/dot/);
  });

  it("may lie anywhere and be of any size, where nothing else was asked", () => {
    expect(misfit(SEVEN, line(10, 10, 590, 590))).toBeNull();
    expect(misfit(SEVEN, line(10, 10, 50, 50))).toBeNull();
  });

  it("is small where that was asked", () => {
    expect(misfit(SMALL, line(300, 200, 310, 400))).toMatch(/too large/);
    expect(misfit(SMALL, line(300, 300, 310, 390))).toBeNull();
  });

  it("is in a corner where that was asked, in whichever", () => {
    expect(misfit(CORNER, line(300, 20, 310, 110))).toMatch(/corner/);
    expect(misfit(CORNER, line(20, 300, 30, 390))).toMatch(/corner/);
    for (const [x, y] of [
      [20, 20],
      [540, 20],
      [20, 490],
      [540, 490],
    ] as const) {
      expect(misfit(CORNER, line(x, y, x + 30, y + 90))).toBeNull();
    }
  });
});

describe("the reader", () => {
  it("is right where it names the digit and is sure", () => {
    expect(judge(SEVEN, reading("7"))).toBe("right");
  });

  it("is wrong where it names another digit, or none", () => {
    expect(judge(SEVEN, reading("1", [], "7"))).toBe("wrong");
    expect(judge(SEVEN, reading("", ["not a digit"], "7"))).toBe("wrong");
  });

  it("is unsure where it is torn, though the digit is among the two", () => {
    expect(judge(SEVEN, reading("7", ["torn between 7 and 1"]))).toBe("unsure");
  });

  it("is neither where it saw nothing", () => {
    expect(judge(SEVEN, reading("", ["nothing drawn"]))).toBe("nothing");
  });
});

describe("the point", () => {
  it("is the reader's where it is right, whatever is said", () => {
    expect([true, false].map((asAsked) => pointFor("right", asAsked))).toEqual(["reader", "reader"]);
  });

  it("is the person's where the reader fails on what was asked", () => {
    expect((["wrong", "unsure"] as const).map((judged) => pointFor(judged, true))).toEqual(["you", "you"]);
  });

  it("is nobody's where the drawing is not what was asked, or not there", () => {
    expect(pointFor("wrong", false)).toBe("left out");
    expect(pointFor("unsure", false)).toBe("left out");
    expect(pointFor("nothing", true)).toBe("left out");
  });

  it("counts; what was skipped or left out does not", () => {
    const ends = ["you", "reader", "skipped", "reader", "left out"] as const;
    expect(scoreOf(ends.map((end) => ({ id: "7-crossed", end })))).toEqual({ you: 1, reader: 2 });
  });
});
