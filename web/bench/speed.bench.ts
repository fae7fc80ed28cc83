import type { Page } from "@playwright/test";
import { expect, test } from "../e2e/support/inkread";
import { made } from "../e2e/support/strokes";
import { keep } from "./measured";

const SECONDS = Number(process.env.BENCH_SECONDS ?? 30); // of scribbling
const MOVES = 100;
const NUMBER = "204738";
const RUNS = 3; // times the number is written
const BARS = '[aria-label="Probability of each digit"]';
const WRITTEN = '[data-testid="answer"], [data-testid="timing"], [role="img"][aria-label^="Sheet"] svg';

declare global {
  interface Window {
    bench: { moved: number; changes: number[]; shown: number[]; frames: number[] }; // ms
  }
}

test("move_to_bars", async ({ inkread, page }) => {
  await inkread.open({ engine: "device" });
  await inkread.deviceIsReady();
  for (const digit of [made[3], made[8]]) {
    await inkread.draw(digit ?? []); // warm
    await expect(page.getByTestId("timing")).toContainText("on this device");
    await inkread.clear();
  }
  await watchChanges(page, BARS, { attributes: true, attributeFilter: ["style"] });
  const [stroke = []] = await inkread.placed([made[8]?.[0] ?? []]);
  const { mouse } = page;
  for (let done = 0; done < MOVES; ) {
    const [[x, y] = [0, 0], ...rest] = stroke;
    await mouse.move(x, y);
    await mouse.down();
    for (const [toX, toY] of rest) {
      await mouse.move(toX, toY);
      await page.waitForTimeout(60); // ms: one move, one answer
    }
    await mouse.up();
    await inkread.clear();
    done += rest.length;
  }
  const { changes, shown } = await page.evaluate(() => window.bench);
  keep("move_to_bars", {
    values: changes,
    parts: { "to the frame that shows it": median(shown) },
    note: "from the time stamp of the pointer event to the change of the bars",
  });
});

test("drawn_number", async ({ inkread, page }) => {
  await inkread.open({ engine: "device", mode: "number" });
  await inkread.deviceIsReady();
  const digits = [...NUMBER].map((digit) => made[Number(digit)] ?? []);
  await inkread.write(digits); // warm
  await expect(inkread.character(NUMBER.length - 1)).toBeVisible();
  const { mouse } = page;
  let text = "";
  for (let run = 0; run < RUNS; run++) {
    await inkread.clear();
    await inkread.write([...digits.slice(0, -1), []]);
    await expect(inkread.character(NUMBER.length - 2)).toBeVisible();
    if (run === 0)
      await watchChanges(page, WRITTEN, { attributes: true, childList: true, characterData: true });
    const last = await inkread.placed(digits.at(-1) ?? [], 0.3, (NUMBER.length - 0.5) / NUMBER.length);
    for (const [[x, y] = [0, 0], ...rest] of last) {
      await mouse.move(x, y);
      await mouse.down();
      for (const [toX, toY] of rest) {
        await mouse.move(toX, toY);
        await page.waitForTimeout(250); // ms: one move, one answer
      }
      await mouse.up();
    }
    text = (await inkread.answer.textContent()) ?? "";
  }
  const { changes, shown } = await page.evaluate(() => window.bench);
  keep("drawn_number", {
    values: changes,
    parts: { "to the frame that shows it": median(shown) },
    note: `moves of the last digit of ${NUMBER}, last read as ${text}; from the pointer event's time stamp to the change of the answer`,
  });
});

test("number_to_text", async ({ inkread, page }) => {
  await inkread.open({ engine: "device", mode: "number" });
  await inkread.deviceIsReady();
  await inkread.write([..."204731"].map((digit) => made[Number(digit)] ?? []));
  await expect(inkread.answer.getByRole("button")).toHaveCount(6);
  await page.evaluate(() => {
    window.bench = { moved: 0, changes: [], shown: [], frames: [] };
    addEventListener("keydown", ({ timeStamp, shiftKey }) => {
      window.bench.moved = shiftKey ? timeStamp : 0;
    });
    const changed = new MutationObserver(() => {
      const { moved } = window.bench;
      window.bench.moved = 0;
      if (moved) window.bench.changes.push(performance.now() - moved);
    });
    const answer = document.querySelector('[aria-label="Answer"]') as Element;
    changed.observe(answer, { childList: true, characterData: true, subtree: true });
  });
  for (let run = 0; run < 30; run++) {
    for (const key of ["Control+z", "Control+Shift+z"]) {
      await page.keyboard.press(key); // the last digit goes, and comes back
      await page.waitForTimeout(300); // ms: one change, one answer
    }
  }
  const { changes } = await page.evaluate(() => window.bench);
  keep("number_to_text", {
    values: changes,
    note: "from the key that brings the sixth digit back to the change of the text",
  });
});

test("dropped_frames", async ({ inkread, page }) => {
  await inkread.open({ engine: "device" });
  await inkread.deviceIsReady();
  const box = await inkread.sheet.boundingBox();
  if (!box) throw new Error("expected the sheet to be visible, got none");
  const session = await page.context().newCDPSession(page);
  const move = (type: "mousePressed" | "mouseMoved" | "mouseReleased", at: number) =>
    session.send("Input.dispatchMouseEvent", {
      type,
      x: box.x + box.width * (0.5 + 0.38 * Math.sin(at * 5.1) * Math.cos(at * 0.7)),
      y: box.y + box.height * (0.5 + 0.38 * Math.sin(at * 3.7 + 1)),
      button: "left",
      buttons: type === "mouseReleased" ? 0 : 1,
      clickCount: 1,
    });
  await watchFrames(page);
  const began = performance.now();
  let stroke = -1;
  for (let now = 0; now < SECONDS; now = (performance.now() - began) / 1000) {
    if (Math.floor(now / 2) !== stroke) {
      if (stroke >= 0) await move("mouseReleased", now);
      stroke = Math.floor(now / 2); // a stroke each two seconds
      await move("mousePressed", now);
    }
    void move("mouseMoved", now); // not waited for: a pen does not wait for the page either
    await new Promise((resolve) => setTimeout(resolve, 8)); // ms: 125 points a second
  }
  await move("mouseReleased", SECONDS);
  const frames = await page.evaluate(() => window.bench.frames);
  const spans = frames.slice(1).map((at, i) => at - (frames[i] as number)); // ms
  const usual = median(spans);
  const due = spans.reduce((sum, span) => sum + Math.max(1, Math.round(span / usual)), 0);
  keep("dropped_frames", {
    values: [(100 * (due - spans.length)) / due],
    note: `${due} frames of ${usual.toFixed(1)} ms, ${SECONDS} s of strokes at 125 points a second, read all the time`,
  });
});

for (let run = 0; run < 5; run++) {
  test(`ready_to_draw ${run}`, async ({ page }) => {
    await page.addInitScript(() => {
      const watch = () => {
        if (!document.querySelector('[role="img"][aria-label^="Sheet"]')) return requestAnimationFrame(watch);
        performance.mark("ready to draw");
      };
      requestAnimationFrame(watch);
    });
    await page.goto("/");
    const seconds = await page.waitForFunction(() => {
      const entries = ["first-contentful-paint", "ready to draw"].map(
        (name) => performance.getEntriesByName(name)[0],
      );
      return entries.every((entry) => entry) && entries.map((entry) => (entry?.startTime ?? 0) / 1000);
    });
    const [paint = 0, ready = 0] = (await seconds.jsonValue()) || [];
    keep(`ready_to_draw.${run}`, {
      values: [Math.max(paint, ready)],
      parts: { "first paint": paint, "ready to draw": ready },
    });
  });
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Notes for each pen move when what shows its answer changed, and when the frame came that shows it. */
async function watchChanges(page: Page, where: string, what: MutationObserverInit): Promise<void> {
  await page.evaluate(
    ([where, what]) => {
      window.bench = { moved: 0, changes: [], shown: [], frames: [] };
      addEventListener(
        "pointermove",
        ({ timeStamp, buttons }) => {
          if (buttons) window.bench.moved = timeStamp;
        },
        { capture: true },
      );
      const changed = new MutationObserver((records) => {
        const { moved } = window.bench;
        const at = records.map(({ target }) => (target instanceof Element ? target : target.parentElement));
        if (!moved || !at.some((element) => element?.closest(where))) return;
        window.bench.moved = 0;
        window.bench.changes.push(performance.now() - moved);
        requestAnimationFrame(() => window.bench.shown.push(performance.now() - moved));
      });
      changed.observe(document.body, { ...what, subtree: true }); // what is shown may come and go
    },
    [where, what] as const,
  );
}

async function watchFrames(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.bench = { moved: 0, changes: [], shown: [], frames: [] };
    const frame = (at: number) => {
      window.bench.frames.push(at);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
}
