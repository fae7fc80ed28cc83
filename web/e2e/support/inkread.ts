/** The page as its users see it: by roles and names. */
import { test as base, expect, type Locator, type Page } from "@playwright/test";
import type { Stroke } from "./strokes";

type Engine = "auto" | "device" | "server";
type Mode = "digit" | "number" | "letters" | "anything";

interface Settings {
  engine?: Engine;
  live?: boolean;
  mode?: Mode;
}

const SETTINGS = "inkread.settings"; // where src/app/settings.ts keeps them

export class Inkread {
  readonly page: Page;
  readonly sheet: Locator;
  readonly answer: Locator;
  readonly notices: Locator;

  constructor(page: Page) {
    this.page = page;
    this.sheet = page.getByRole("img", { name: /^Sheet/ });
    this.answer = page.getByTestId("answer");
    this.notices = page.getByRole("region", { name: "Notices" });
  }

  /** Opens the page with settings as an earlier visit may have left them. */
  async open({ engine = "server", live = true, mode = "digit" }: Settings = {}): Promise<void> {
    const settings = JSON.stringify({ state: { mode, engine, live, nib: 18 }, version: 1 });
    await this.page.addInitScript(
      ([key, value]) => localStorage.getItem(key) ?? localStorage.setItem(key, value),
      [SETTINGS, settings] as const,
    );
    await this.page.goto("./");
    await expect(this.sheet).toBeVisible();
  }

  /** Waits until the reader on this device reads. */
  async deviceIsReady(): Promise<void> {
    await expect(this.page.getByText("Nothing leaves this device.")).toBeVisible({ timeout: 30_000 });
  }

  /** Draws with the mouse, in the middle of the sheet, 60 % of its height. */
  async draw(strokes: Stroke[]): Promise<void> {
    await this.#follow(await this.placed(strokes));
  }

  async #follow(strokes: Stroke[]): Promise<void> {
    const { mouse } = this.page;
    for (const stroke of strokes) {
      const [[x, y] = [0, 0], ...rest] = stroke;
      await mouse.move(x, y);
      await mouse.down();
      // sent without a pause between them, as a fast hand's points come: several to a frame
      await Promise.all(rest.map(([toX, toY]) => mouse.move(toX, toY)));
      await mouse.up();
    }
  }

  /** Draws several characters side by side with the mouse, in the middle of the sheet. */
  async write(drawings: Stroke[][]): Promise<void> {
    for (const [place, strokes] of drawings.entries()) {
      await this.#follow(await this.placed(strokes, 0.3, (place + 0.5) / drawings.length));
    }
  }

  /** The character of the answer at this place. */
  character(place: number): Locator {
    return this.answer.getByRole("button").nth(place);
  }

  /** Chooses by its label what is read. */
  async choose(mode: string): Promise<void> {
    await this.page.getByRole("radio", { name: mode }).check({ force: true });
  }

  /** Draws with a finger. */
  async touch(strokes: Stroke[]): Promise<void> {
    const session = await this.page.context().newCDPSession(this.page);
    const send = (type: "touchStart" | "touchMove" | "touchEnd", point?: [x: number, y: number]) =>
      session.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: point ? [{ x: point[0], y: point[1] }] : [],
      });
    for (const [first, ...rest] of await this.placed(strokes)) {
      await send("touchStart", first);
      for (const point of rest) await send("touchMove", point);
      await send("touchEnd");
    }
    await session.detach();
  }

  /** Draws with a pen, or with the eraser at its other end. */
  async pen(strokes: Stroke[], { eraser = false } = {}): Promise<void> {
    const [button, buttons] = eraser ? [5, 32] : [0, 1]; // w3.org/TR/pointerevents, "chorded buttons"
    for (const stroke of await this.placed(strokes)) {
      await this.sheet.evaluate(
        (sheet, { stroke, button, buttons }) => {
          const tell = (type: string, [x, y]: [number, number], down: boolean) =>
            sheet.dispatchEvent(
              new PointerEvent(type, {
                pointerType: "pen",
                pointerId: 1,
                isPrimary: true,
                bubbles: true,
                cancelable: true,
                clientX: x,
                clientY: y,
                pressure: down ? 0.6 : 0,
                button: type === "pointermove" ? -1 : button,
                buttons: down ? buttons : 0,
              }),
            );
          const last = stroke.at(-1);
          for (const [i, point] of stroke.entries()) tell(i ? "pointermove" : "pointerdown", point, true);
          if (last) tell("pointerup", last, false);
        },
        { stroke, button, buttons },
      );
    }
  }

  /**
   * The strokes in px of the page: `share` of the sheet's height, their middle at `across` of its width.
   *
   * At most 30 points each: more would take time and change nothing.
   */
  async placed(strokes: Stroke[], share = 0.6, across = 0.5): Promise<Stroke[]> {
    const box = await this.sheet.boundingBox();
    if (!box) throw new Error("expected the sheet to be visible, got none");
    const xs = strokes.flatMap((stroke) => stroke.map(([x]) => x));
    const ys = strokes.flatMap((stroke) => stroke.map(([, y]) => y));
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const scale = (share * box.height) / Math.max(right - left, bottom - top, 1);
    const x0 = box.x + box.width * across - ((right - left) * scale) / 2;
    const y0 = box.y + (box.height - (bottom - top) * scale) / 2;
    return strokes.map((stroke) => {
      const step = Math.ceil(stroke.length / 30);
      return stroke
        .filter((_, i) => i % step === 0 || i === stroke.length - 1)
        .map(([x, y]) => [x0 + (x - left) * scale, y0 + (y - top) * scale]);
    });
  }

  async clear(): Promise<void> {
    await this.page.getByRole("button", { name: "Clear", exact: true }).click();
    await expect(this.sheet).toHaveAccessibleName(/nothing drawn/);
  }

  /** A notice with this title. */
  async isTold(title: string | RegExp): Promise<void> {
    await expect(this.notices.getByText(title)).toBeVisible();
  }
}

/** Tests with a page, not yet open. */
export const test = base.extend<{ inkread: Inkread }>({
  inkread: async ({ page }, use) => use(new Inkread(page)),
});

export { expect };
