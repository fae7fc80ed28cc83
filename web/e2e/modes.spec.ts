import { readFileSync } from "node:fs";
import { expect, type Inkread, test } from "./support/inkread";
import { bring, type Payload } from "./support/pictures";
import { made, type Stroke } from "./support/strokes";

const SEVEN = made[7] ?? [];
const NUMBER = "2047";
const digits = (text: string): Stroke[][] => [...text].map((digit) => made[Number(digit)] ?? []);
const PAGE_FILE = /\/page-[^/]*\.onnx$/;

/** Opens the page where a number is read, and writes one. */
async function written(inkread: Inkread, engine: "device" | "server" = "server"): Promise<void> {
  await inkread.open({ engine, mode: "number" });
  if (engine === "device") await inkread.deviceIsReady();
  await inkread.write(digits(NUMBER));
  await expect(inkread.answer).toHaveText(NUMBER);
}

/** The text of lines of digits as a photo. */
async function photo(inkread: Inkread, lines: string[], name = "photo.png"): Promise<Payload> {
  const bytes = await inkread.page.evaluate(
    async (lines) => {
      const side = 150; // px of a digit's field
      const columns = Math.max(...lines.map((line) => line.length));
      const canvas = new OffscreenCanvas(side * columns + 100, side * lines.length + 100);
      const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
      context.fillStyle = "#f4f1ea";
      context.fillRect(0, 0, canvas.width, canvas.height);
      Object.assign(context, { lineWidth: 9, lineCap: "round", lineJoin: "round", strokeStyle: "#223" });
      for (const [row, line] of lines.entries()) {
        for (const [column, strokes] of line.entries()) {
          const xs = strokes.flatMap((stroke) => stroke.map(([x]) => x));
          const ys = strokes.flatMap((stroke) => stroke.map(([, y]) => y));
          const [left, top] = [Math.min(...xs), Math.min(...ys)];
          const [wide, high] = [Math.max(...xs) - left, Math.max(...ys) - top];
          const scale = (0.62 * side) / Math.max(wide, high);
          const x0 = 50 + side * (column + 0.5) - (wide * scale) / 2;
          const y0 = 50 + side * (row + 0.5) - (high * scale) / 2;
          for (const stroke of strokes) {
            context.beginPath();
            for (const [x, y] of stroke) context.lineTo(x0 + (x - left) * scale, y0 + (y - top) * scale);
            context.stroke();
          }
        }
      }
      const png = await canvas.convertToBlob({ type: "image/png" });
      return [...new Uint8Array(await png.arrayBuffer())];
    },
    lines.map((line) => digits(line)),
  );
  return { name, mimeType: "image/png", buffer: Buffer.from(bytes) };
}

for (const [engine, where] of [
  ["device", "this device"],
  ["server", "the server"],
] as const) {
  test(`a number is read by ${where} while it is written`, async ({ inkread, page }) => {
    await inkread.open({ engine, mode: "number" });
    if (engine === "device") await inkread.deviceIsReady();
    await inkread.write(digits(NUMBER).slice(0, 2));
    await expect(inkread.answer).toHaveText(NUMBER.slice(0, 2));
    await inkread.clear();
    await inkread.write(digits(NUMBER));
    await expect(inkread.answer).toHaveText(NUMBER);
    await expect(page.getByTestId("timing")).toContainText(`on ${where}`);
    await expect(inkread.sheet.locator("rect")).toHaveCount(NUMBER.length);
    await expect(page.getByRole("status")).toHaveText(new RegExp(`^${NUMBER}, .* sure$`));
  });
}

test("the pen does not wait: the answer is there before it is lifted", async ({ inkread, page }) => {
  await inkread.open({ engine: "device", mode: "number" });
  await inkread.deviceIsReady();
  const [stroke = []] = await inkread.placed((made[1] ?? []).slice(0, 1), 0.5);
  const [[x, y] = [0, 0], ...rest] = stroke;
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (const [toX, toY] of rest) await page.mouse.move(toX, toY);
  await expect(inkread.answer).toHaveText("1");
  await page.mouse.up();
});

test("a tap on a glyph shows its candidates, and another character takes its place alone", async ({
  inkread,
  page,
}) => {
  await written(inkread);
  const strokes = await inkread.sheet.getAttribute("aria-label");
  const box = await inkread.sheet.locator("rect").nth(2).boundingBox();
  if (!box) throw new Error("expected a box over the third digit, got none");
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  const panel = page.getByRole("region", { name: "Chosen character" });
  await expect(panel).toContainText("Read as 4");
  await expect(inkread.character(2)).toHaveAttribute("aria-pressed", "true");
  await expect(inkread.sheet).toHaveAccessibleName(strokes ?? ""); // a tap on a glyph is no dot
  await expect(inkread.sheet.locator(".lit path")).not.toHaveCount(0); // its strokes stand out

  const four = panel.getByRole("button", { name: /^4, / });
  await expect(four).toHaveAttribute("aria-pressed", "true");

  await panel.getByRole("textbox", { name: "Another character" }).fill("9");
  await expect(inkread.answer).toHaveText("2097");
  await expect(page.getByRole("status")).toContainText("2097");
  await expect(panel).toContainText("Read as 4, now 9");
  await four.click();
  await expect(inkread.answer).toHaveText("2047");
  await panel.getByRole("button", { name: "No character: remove it" }).click();
  await expect(inkread.answer).toHaveText("207");
});

test("a dot beside the glyphs is drawn, and a correction stays while the number grows", async ({
  inkread,
  page,
}) => {
  await inkread.open({ mode: "number" });
  const [two = [], zero = [], four = []] = digits("204");
  await inkread.write([two, zero, [], []]);
  await expect(inkread.answer).toHaveText("20");
  await inkread.character(0).click();
  await page.getByRole("textbox", { name: "Another character" }).fill("3");
  await expect(inkread.answer).toHaveText("30");
  await inkread.write([[], [], four, []]);
  await expect(inkread.answer).toHaveText("304");
  const sheet = await inkread.sheet.boundingBox();
  if (!sheet) throw new Error("expected the sheet to be visible, got none");
  const before = await inkread.sheet.getAttribute("aria-label");
  await page.mouse.click(sheet.x + 0.9 * sheet.width, sheet.y + 0.65 * sheet.height);
  await expect(inkread.sheet).not.toHaveAccessibleName(before ?? "");
  await inkread.clear();
  await inkread.write([two, zero, [], []]);
  await expect(inkread.answer).toHaveText("20"); // what was said of another drawing is forgotten
});

test("a character is reached, changed and taken away by keyboard", async ({ inkread, page }) => {
  await written(inkread);
  const { keyboard } = page;
  await inkread.character(0).focus();
  await keyboard.press("ArrowRight");
  await expect(inkread.character(1)).toBeFocused();
  await keyboard.press("5");
  await expect(inkread.answer).toHaveText("2547");
  await keyboard.press("End");
  await keyboard.press("Delete");
  await expect(inkread.answer).toHaveText("254");
  await keyboard.press("Home");
  await keyboard.press("Enter");
  const panel = page.getByRole("region", { name: "Chosen character" });
  await expect(panel.getByRole("button").first()).toBeFocused();
  await keyboard.press("Escape");
  await expect(inkread.character(0)).toBeFocused();
  await expect(panel).not.toContainText("Read as");
});

test("a corrected digit is sent to learn from only after asking, and letters never", async ({
  inkread,
  page,
}) => {
  await written(inkread);
  const sent: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/corrections")) sent.push(request.postData() ?? "");
  });
  await inkread.character(0).click();
  const other = page.getByRole("textbox", { name: "Another character" });
  await other.fill("k");
  await expect(inkread.answer).toHaveText("k047");
  await expect(page.getByRole("button", { name: "Help it learn…" })).toHaveCount(0);
  await other.fill("3");
  await page.getByRole("button", { name: "Help it learn…" }).click();
  expect(sent).toEqual([]);
  await page.getByRole("dialog").getByRole("button", { name: "Send it" }).click();
  await inkread.isTold("Thank you");
  const [{ label, strokes, reading }] = sent.map((body) => JSON.parse(body)) as [Record<string, unknown>];
  expect({ label, text: (reading as { text: string }).text }).toEqual({ label: "3", text: "2" });
  expect(strokes).toHaveLength(made[2]?.length ?? 0); // of the one digit alone
});

test("another mode reads the same drawing anew", async ({ inkread, page }) => {
  await inkread.open();
  await inkread.draw(SEVEN);
  await expect(inkread.answer).toHaveText("7");
  const square = await inkread.sheet.boundingBox();
  await inkread.choose("Number");
  await expect(inkread.answer.getByRole("button", { name: /^7, character 1 of 1/ })).toBeVisible();
  const wide = await inkread.sheet.boundingBox();
  expect((wide?.width ?? 0) / (wide?.height ?? 1)).toBeCloseTo(4 / 3, 1);
  await expect(inkread.sheet).toHaveAccessibleName("Sheet with 2 strokes");
  await inkread.choose("One digit");
  await expect(page.getByRole("list", { name: "Probability of each digit" })).toBeVisible();
  await expect(inkread.answer).toHaveText("7");
  expect(await inkread.sheet.boundingBox()).toEqual(square);
  await page.reload();
  await expect(page.getByRole("radio", { name: "One digit" })).toBeChecked();
});

test("what was written on a page does not stick out of the square", async ({ inkread }) => {
  await written(inkread);
  await inkread.choose("One digit");
  const [shown, drawn] = await inkread.sheet.evaluate((sheet) => {
    const canvas = sheet.querySelector("canvas") as HTMLCanvasElement;
    const { width, height } = canvas;
    const pixels = canvas.getContext("2d")?.getImageData(0, 0, width, height).data ?? [];
    const columns = Array.from({ length: width }, (_, x) =>
      Array.from({ length: height }, (_, y) => pixels[4 * (y * width + x) + 3] ?? 0).some((ink) => ink > 0),
    );
    return [width, columns.lastIndexOf(true)];
  });
  expect(drawn).toBeLessThan((shown ?? 0) * 0.97);
});

test("the text is copied, and saved line by line", async ({ inkread, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await written(inkread);
  await page.getByRole("button", { name: "Copy" }).click();
  await inkread.isTold("Copied");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(NUMBER);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "CSV" }).click();
  const csv = readFileSync(await (await download).path(), "utf8");
  expect(csv).toMatch(new RegExp(`^line,text,confidence\r\n1,${NUMBER},0\\.\\d{4}\r\n$`));
});

test("a photo has a box on each glyph, and a tap chooses one", async ({ inkread, page }) => {
  await inkread.open({ mode: "number" });
  await bring(page, "drop", [await photo(inkread, ["2047", "831"])]);
  await expect(inkread.answer).toHaveText("2047 831"); // white space: a line feed
  const boxes = page.locator(".boxes rect");
  await expect(boxes).toHaveCount(7);
  const box = await boxes.nth(5).boundingBox();
  if (!box) throw new Error("expected a box over the three, got none");
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await expect(inkread.character(5)).toHaveAttribute("aria-pressed", "true");
  await page.getByRole("textbox", { name: "Another character" }).fill("9");
  await expect(inkread.answer).toHaveText("2047 891");
  await expect(page.getByRole("button", { name: "Whole picture" })).toHaveCount(0); // a tap crops nothing
});

test("several photos come as a table with all their lines, in CSV as they stand", async ({
  inkread,
  page,
}) => {
  await inkread.open({ mode: "number" });
  const photos = [await photo(inkread, ["2047", "831"], "a.png"), await photo(inkread, ["56"], "b.png")];
  await bring(page, "drop", photos);
  await expect(page.getByText("2 of 2 read")).toBeVisible();
  await expect(page.getByRole("row", { name: "a.png" })).toContainText("2047\n831");
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "CSV" }).click();
  const csv = readFileSync(await (await download).path(), "utf8");
  expect(csv).toContain('a.png,"2047\n831",');
  expect(csv).toContain("b.png,56,");

  await inkread.choose("One digit"); // all are read anew
  await expect(page.getByText("2 of 2 read")).toBeVisible();
  await expect(page.getByRole("row", { name: "a.png" })).not.toContainText("2047");
});

test("the file for pages is not fetched before it is asked for", async ({ inkread, page }) => {
  const asked: string[] = [];
  page.context().on("request", (request) => {
    if (PAGE_FILE.test(request.url())) asked.push(request.url());
  });
  await inkread.open({ engine: "device" });
  await inkread.deviceIsReady();
  await inkread.draw(SEVEN);
  await expect(inkread.answer).toHaveText("7");
  expect(asked).toEqual([]);
  await inkread.choose("Number");
  await expect(inkread.answer).toHaveText("7");
  expect(asked).toHaveLength(1);
});

test("until the file for pages has come the server answers, and it is told how far it is", async ({
  inkread,
  page,
}) => {
  let open = () => {};
  const held = new Promise<void>((resolve) => {
    open = resolve;
  });
  await page.context().route(PAGE_FILE, async (route) => {
    await held;
    await route.continue();
  });
  await inkread.open({ engine: "auto" });
  await inkread.deviceIsReady();
  await inkread.choose("Number");
  await expect(page.getByText(/Server reads; this device \d+ %/)).toBeVisible();
  await inkread.write(digits(NUMBER));
  await expect(inkread.answer).toHaveText(NUMBER);
  await expect(page.getByTestId("timing")).toContainText("on the server");
  open();
  await inkread.deviceIsReady();
  await expect(page.getByTestId("timing")).toContainText("on this device");
  await expect(inkread.answer).toHaveText(NUMBER);
});

test("a file for pages that does not come is told, and one digit is still read", async ({
  inkread,
  page,
}) => {
  await page.context().route(PAGE_FILE, (route) => route.abort());
  await inkread.open({ engine: "device" });
  await inkread.deviceIsReady();
  await inkread.choose("Letters");
  await inkread.isTold("This device cannot read");
  await expect(page.getByText("Cannot read")).not.toHaveCount(0);
  await inkread.choose("One digit");
  await inkread.draw(SEVEN);
  await expect(inkread.answer).toHaveText("7");
});

test.describe("with its service worker", () => {
  test.use({ serviceWorkers: "allow" });

  test("after the first number all is read without a network", async ({ inkread, page, context }) => {
    await inkread.open({ engine: "device" });
    await inkread.deviceIsReady();
    await page.evaluate(() => navigator.serviceWorker.ready);
    await inkread.choose("Number");
    await inkread.deviceIsReady();
    await inkread.write(digits(NUMBER));
    await expect(inkread.answer).toHaveText(NUMBER);
    await context.setOffline(true);
    await page.reload();
    await expect(page.getByRole("radio", { name: "Number" })).toBeChecked();
    await inkread.deviceIsReady();
    await expect(inkread.answer).toHaveText(NUMBER); // the drawing is kept, too
    await expect(page.getByTestId("timing")).toContainText("on this device");
  });
});

test("letters are read where letters are asked for", async ({ inkread }) => {
  await inkread.open({ mode: "letters" });
  const [L, T]: Stroke[][] = [
    [
      [
        [0, 0],
        [0, 50],
        [0, 100],
        [30, 100],
        [60, 100],
      ],
    ],
    [
      [
        [0, 0],
        [40, 0],
        [80, 0],
      ],
      [
        [40, 0],
        [40, 50],
        [40, 100],
      ],
    ],
  ];
  await inkread.write([L ?? [], T ?? []]);
  await expect(inkread.answer).toHaveText(/^[Ll] ?T$/);
});

test("with Live off, a page is read when asked", async ({ inkread, page }) => {
  await inkread.open({ mode: "number", live: false });
  await inkread.write(digits(NUMBER));
  await expect(inkread.answer).toHaveText("Nothing written yet");
  await page.getByRole("button", { name: "Read", exact: true }).click();
  await expect(inkread.answer).toHaveText(NUMBER);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(inkread.sheet.locator("rect")).toHaveCount(0); // boxes of an earlier drawing mislead
});

for (const [device, viewport] of Object.entries({
  "a desktop": { width: 1280, height: 800 },
  "a phone": { width: 390, height: 844 },
})) {
  test(`nothing scrolls on ${device}, whatever is read and chosen`, async ({ inkread, page }) => {
    await page.setViewportSize(viewport);
    await inkread.open();
    const size = () =>
      page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]);
    const fits = [viewport.width, viewport.height];
    await inkread.draw(SEVEN);
    await expect(inkread.answer).toHaveText("7");
    expect(await size()).toEqual(fits);
    await inkread.clear();
    for (const mode of ["Number", "Letters", "Anything"]) {
      await inkread.choose(mode);
      await inkread.write(digits(NUMBER));
      // as letters, the 4 and the 7 are none; what is chosen in half a number may be gone with the next reading
      await expect(async () => {
        await inkread.character(1).click();
        await page.getByRole("textbox", { name: "Another character" }).fill("3", { timeout: 2_000 });
        const chosen = page.getByRole("region", { name: "Chosen character" });
        await expect(chosen).toContainText("now 3", { timeout: 2_000 });
      }).toPass();
      expect(await size(), mode).toEqual(fits);
      await inkread.clear();
    }
  });
}
