/** What of a PointerEvent decides who draws. */
export interface PointerLike {
  pointerId: number;
  pointerType: string; // "mouse", "pen", "touch"
  button: number;
}

export type Act = "draw" | "erase" | "ignore";

const MAIN_BUTTON = 0;
const ERASER_BUTTON = 5; // the other end of a pen, by the Pointer Events standard

/**
 * Which pointer is the pen: one at a time, and no finger once a pen has been seen, for then it is a palm.
 */
export class Pointers {
  #penSeen = false;
  #holding: { id: number; type: string } | null = null;

  /** What a pointer that comes down does. `replaces` says that it ends the gesture under way: a palm's. */
  down({ pointerId, pointerType, button }: PointerLike): { act: Act; replaces: boolean } {
    const ignored = { act: "ignore" as const, replaces: false };
    if (pointerType === "pen") this.#penSeen = true;
    if (button !== MAIN_BUTTON && button !== ERASER_BUTTON) return ignored;
    if (pointerType === "touch" && this.#penSeen) return ignored;
    const replaces = this.#holding?.type === "touch" && pointerType === "pen";
    if (this.#holding && !replaces) return ignored;
    this.#holding = { id: pointerId, type: pointerType };
    return { act: button === ERASER_BUTTON ? "erase" : "draw", replaces };
  }

  /** Whether this pointer is the one that draws. */
  holds({ pointerId }: { pointerId: number }): boolean {
    return this.#holding?.id === pointerId;
  }

  release(): void {
    this.#holding = null;
  }
}
