import { describe, expect, it } from "vitest";
import { Pointers } from "./pointers";

const mouse = { pointerId: 1, pointerType: "mouse", button: 0 };
const finger = { pointerId: 2, pointerType: "touch", button: 0 };
const pen = { pointerId: 3, pointerType: "pen", button: 0 };

describe("the pointer that draws", () => {
  it("is a mouse, a finger or a pen", () => {
    for (const pointer of [mouse, finger, pen]) {
      expect(new Pointers().down(pointer)).toEqual({ act: "draw", replaces: false });
    }
  });

  it("is the first one: a second finger does not join in", () => {
    const pointers = new Pointers();
    pointers.down(finger);
    expect(pointers.down({ ...finger, pointerId: 9 }).act).toBe("ignore");
    expect(pointers.holds(finger)).toBe(true);
    expect(pointers.holds({ pointerId: 9 })).toBe(false);
  });

  it("is no palm once a pen has been seen", () => {
    const pointers = new Pointers();
    pointers.down(pen);
    pointers.release();
    expect(pointers.down(finger).act).toBe("ignore");
    expect(pointers.down(pen).act).toBe("draw");
    pointers.release();
    expect(pointers.down(mouse).act).toBe("draw");
  });

  it("is the pen even where the palm came first", () => {
    const pointers = new Pointers();
    pointers.down(finger);
    expect(pointers.down(pen)).toEqual({ act: "draw", replaces: true });
    expect(pointers.holds(finger)).toBe(false);
  });

  it("erases with the other end of the pen", () => {
    expect(new Pointers().down({ ...pen, button: 5 }).act).toBe("erase");
  });

  it("does nothing with the right or middle button", () => {
    expect(new Pointers().down({ ...mouse, button: 2 }).act).toBe("ignore");
    expect(new Pointers().down({ ...mouse, button: 1 }).act).toBe("ignore");
  });
});
