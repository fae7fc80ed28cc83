import { expect, test } from "./support/inkread";
import { byPeople, made, scribble } from "./support/strokes";

const [ONE, SEVEN] = [made[1] ?? [], made[7] ?? []];

for (const [engine, where, each] of [
  ["device", "this device", 2],
  ["server", "the server", 1],
] as const) {
  test(`digits drawn by people are read by ${where}`, async ({ inkread, page }) => {
    test.setTimeout(90_000);
    await inkread.open({ engine });
    if (engine === "device") await inkread.deviceIsReady();
    const drawings = byPeople(each);
    const misread: string[] = [];
    for (const [digit, hands] of drawings.entries()) {
      for (const [hand, strokes] of hands.entries()) {
        await inkread.draw(strokes);
        try {
          await expect(inkread.answer).toHaveText(`${digit}`, { timeout: 2000 });
        } catch {
          misread.push(`${digit} (${hand}) as ${await inkread.answer.textContent()}`);
        }
        await inkread.clear();
      }
    }
    const drawn = drawings.flat().length;
    expect(misread.length, misread.join(", ")).toBeLessThanOrEqual(drawn / 10);

    await inkread.draw(SEVEN);
    await expect(page.getByTestId("timing")).toContainText(`on ${where}`);
  });
}

test("the answer is there before the pen is lifted", async ({ inkread, page }) => {
  await inkread.open({ engine: "device" });
  await inkread.deviceIsReady();
  const [stroke = []] = await inkread.placed(ONE.slice(0, 1));
  const [[x, y] = [0, 0], ...rest] = stroke;
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (const [toX, toY] of rest) await page.mouse.move(toX, toY);
  await expect(inkread.answer).toHaveText("1");
  await page.mouse.up();
});

test("undo and redo go through the strokes, by button and by key", async ({ inkread, page }) => {
  await inkread.open();
  await inkread.draw(SEVEN);
  await expect(inkread.sheet).toHaveAccessibleName("Sheet with 2 strokes");

  await page.getByRole("button", { name: "Undo" }).click();
  await expect(inkread.sheet).toHaveAccessibleName("Sheet with 1 stroke");
  await page.keyboard.press("Control+z");
  await expect(inkread.sheet).toHaveAccessibleName(/nothing drawn/);
  await expect(page.getByRole("button", { name: "Undo" })).toBeDisabled();
  await expect(inkread.answer).toHaveText("Nothing drawn yet");

  await page.keyboard.press("Control+Shift+z");
  await page.getByRole("button", { name: "Redo" }).click();
  await expect(inkread.sheet).toHaveAccessibleName("Sheet with 2 strokes");
  await expect(inkread.answer).toHaveText("7");
});

test("a cleared drawing comes back by undo", async ({ inkread, page }) => {
  await inkread.open();
  await inkread.draw(SEVEN);
  await inkread.clear();
  await page.keyboard.press("Control+z");
  await expect(inkread.answer).toHaveText("7");
});

test("the eraser takes away what it touches", async ({ inkread, page }) => {
  await inkread.open();
  await inkread.draw(SEVEN);
  await page.getByRole("radio", { name: "Eraser" }).check({ force: true });
  await inkread.draw(SEVEN);
  await expect(inkread.sheet).toHaveAccessibleName(/nothing drawn/);
  await page.keyboard.press("Control+z");
  await expect(inkread.sheet).toHaveAccessibleName(/strokes?$/);
});

test("what is no digit is said to be none", async ({ inkread, page }) => {
  await inkread.open();
  await inkread.draw(scribble);
  await expect(inkread.answer).toHaveText("Not a digit");
  await expect(page.getByRole("status")).toContainText("Not a digit");
});

test("with Live off, it is read when asked, and the old answer is marked as such meanwhile", async ({
  inkread,
  page,
}) => {
  await inkread.open();
  await page.getByRole("switch", { name: "Live" }).uncheck({ force: true });
  await inkread.draw(SEVEN);
  await expect(inkread.answer).toHaveText("Nothing drawn yet");
  await page.getByRole("button", { name: "Read", exact: true }).click();
  await expect(inkread.answer).toHaveText("7");
});

test("the ten bars stand for probabilities", async ({ inkread, page }) => {
  await inkread.open();
  await inkread.draw(SEVEN);
  const bars = page.getByRole("list", { name: "Probability of each digit" }).getByRole("listitem");
  await expect(bars).toHaveCount(10);
  await expect(bars.nth(7)).toContainText(/7: (9\d|100)/);
});

test("the drawing is still there after a change of the window, and sharp on it", async ({
  inkread,
  page,
}) => {
  await inkread.open();
  await inkread.draw(SEVEN);
  await expect(inkread.answer).toHaveText("7");
  await page.setViewportSize({ width: 700, height: 900 });
  await expect(inkread.sheet).toHaveAccessibleName("Sheet with 2 strokes");
  const shares = await inkread.sheet
    .locator("canvas")
    .first()
    .evaluate((canvas: HTMLCanvasElement) => {
      const { width, height } = canvas;
      const pixels = canvas.getContext("2d")?.getImageData(0, 0, width, height).data ?? [];
      let inked = 0;
      for (let i = 3; i < pixels.length; i += 4) if (pixels[i]) inked++;
      return { sharpness: width / (canvas.clientWidth * devicePixelRatio), ink: inked / (width * height) };
    });
  expect(shares.sharpness).toBeCloseTo(1, 1);
  expect(shares.ink).toBeGreaterThan(0.01);
});

test("a correction is kept by the server", async ({ inkread, page }) => {
  await inkread.open();
  await inkread.draw(SEVEN);
  await expect(inkread.answer).toHaveText("7");
  await page.getByRole("button", { name: "Wrong?" }).click();
  const kept = page.waitForResponse((response) => response.url().endsWith("/api/v1/corrections"));
  await page.getByRole("dialog").getByRole("button", { name: "1", exact: true }).click();
  expect((await kept).status()).toBe(201);
  await inkread.isTold("Thank you");
});
