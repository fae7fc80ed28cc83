import type { Page } from "@playwright/test";
import { host } from "./support/files";
import { expect, type Inkread, test } from "./support/inkread";
import { made } from "./support/strokes";

const SEVEN = made[7] ?? [];

/** Opens the game where chance asks for what comes first among the styles, or last: a 0 or a 1, or the small 9. */
async function play(inkread: Inkread, page: Page, chance: 0 | 1 = 0): Promise<void> {
  await page.addInitScript((chance) => {
    Math.random = () => chance;
  }, chance);
  await inkread.open({ engine: "device" });
  await enter(page);
}

async function enter(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Beat the reader" }).click();
  await expect(page.getByRole("heading", { level: 2 })).toBeVisible();
}

/** The digit that is asked for. */
async function askedFor(page: Page): Promise<number> {
  const words = await page.getByRole("heading", { level: 2 }).textContent();
  return Number(/\d/.exec(words ?? "")?.[0]);
}

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name }).click();
}

/** A round that the reader wins: the digit asked for, well written. */
async function lose(inkread: Inkread, page: Page): Promise<void> {
  await inkread.draw(made[await askedFor(page)] ?? []);
  await press(page, "Done");
  await expect(page.getByText("Right: the reader's point.", { exact: true })).toBeVisible();
  await press(page, "Next");
}

/** A round that the reader fails in: a well written 7 where no 7 is asked for, said to be what was. */
async function win(inkread: Inkread, page: Page): Promise<void> {
  await fail(inkread, page);
  await press(page, "Yes, my point");
}

async function fail(inkread: Inkread, page: Page): Promise<void> {
  expect(await askedFor(page)).not.toBe(7);
  await inkread.draw(SEVEN);
  await press(page, "Done");
  await expect(inkread.answer).toHaveText("7");
}

async function score(page: Page, you: number, reader: number): Promise<void> {
  const points = page.getByRole("region", { name: "Score" }).getByRole("definition");
  await expect(points).toHaveText([String(you), String(reader)]);
}

/** What is sent to learn from, as it is sent. */
function watch(page: Page): Record<string, unknown>[] {
  const sent: Record<string, unknown>[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/corrections")) sent.push(request.postDataJSON());
  });
  return sent;
}

test("the reader scores where it reads what was asked for, and another digit is asked for", async ({
  inkread,
  page,
}) => {
  await play(inkread, page);
  const first = await askedFor(page);
  await lose(inkread, page);
  await score(page, 0, 1);
  expect(await askedFor(page)).not.toBe(first);
  await expect(inkread.sheet).toHaveAccessibleName(/nothing drawn/);
});

test("where the reader fails, the point is the person's, on their word alone", async ({ inkread, page }) => {
  await play(inkread, page);
  await fail(inkread, page);
  await expect(page.getByText(/^Wrong\. Would others read a \d\?$/)).toBeVisible();
  await score(page, 0, 0);
  await press(page, "No, leave it out");
  await score(page, 0, 0);
  await win(inkread, page);
  await score(page, 1, 0);
});

test("where the reader is unsure, the point is the person's as well", async ({ inkread, page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.route("**/api/v1/read", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), unsure: ["torn between 0 and 8"] } });
  });
  await page.addInitScript(() => {
    Math.random = () => 0;
  });
  await inkread.open({ engine: "server" });
  await enter(page);
  await inkread.draw(made[0] ?? []);
  await press(page, "Done");
  await expect(page.getByText("Not sure. Would others read a 0?", { exact: true })).toBeVisible();
  const { scroll, client } = await page
    .getByRole("region", { name: "Challenge" })
    .evaluate(({ scrollHeight, clientHeight }) => ({ scroll: scrollHeight, client: clientHeight }));
  expect(scroll).toBe(client); // it all fits
  await press(page, "Yes, my point");
  await score(page, 1, 0);
});

test("nobody is told what the reader reads before the drawing is done, nor can it be changed after", async ({
  inkread,
  page,
}) => {
  await play(inkread, page);
  await inkread.draw(SEVEN);
  await page.waitForTimeout(300); // longer than a reading takes
  await expect(inkread.answer).toHaveCount(0);
  await press(page, "Done");
  await expect(inkread.answer).toHaveText("7");
  const name = await inkread.sheet.getAttribute("aria-label");
  await inkread.draw(SEVEN);
  await expect(inkread.sheet).toHaveAccessibleName(name ?? "");
  await press(page, "No, leave it out");
  await expect(page.getByRole("button", { name: "Undo" })).toBeDisabled(); // the last round's drawing is gone
});

test("a skip costs nothing", async ({ inkread, page }) => {
  await play(inkread, page);
  const first = await askedFor(page);
  await inkread.draw(SEVEN);
  await press(page, "Skip");
  expect(await askedFor(page)).not.toBe(first);
  await expect(inkread.sheet).toHaveAccessibleName(/nothing drawn/);
  await score(page, 0, 0);
});

test("what cannot be what was asked is not read, and it says why", async ({ inkread, page }) => {
  await play(inkread, page, 1);
  await expect(page.getByRole("heading", { level: 2 })).toHaveText("a small 9 in a corner of the paper");
  const challenge = page.getByRole("region", { name: "Challenge" });
  await press(page, "Done");
  await expect(challenge).toContainText("Draw it first.");
  await inkread.draw(made[9] ?? []);
  await expect(challenge).not.toContainText("Draw it first.");
  await press(page, "Done");
  await expect(challenge).toContainText("That is too large");
  await expect(inkread.answer).toHaveCount(0);
  await score(page, 0, 0);
});

test("nothing is sent before it is agreed to, and then only what beat the reader, with its digit", async ({
  inkread,
  page,
}) => {
  const sent = watch(page);
  await play(inkread, page);
  const learn = page.getByRole("switch", { name: "Let it learn where I score" });
  await expect(learn).not.toBeChecked();
  await expect(page.getByText("This device reads. Nothing is sent.")).toBeVisible();
  await win(inkread, page);
  await learn.check();
  await lose(inkread, page);
  await fail(inkread, page);
  await press(page, "No, leave it out");
  await press(page, "Skip");
  expect(sent).toEqual([]);
  const digit = await askedFor(page);
  await win(inkread, page);
  await expect(page.getByText("1 sent to learn from. Thank you.")).toBeVisible(); // the server has kept it
  expect(sent).toHaveLength(1);
  const [{ label, consent, strokes, reading, width, height }] = sent as [Record<string, unknown>];
  expect({ label, consent, width, height }).toEqual({
    label: String(digit),
    consent: true,
    width: 600,
    height: 600,
  });
  expect(strokes).toHaveLength(SEVEN.length);
  expect((reading as { text: string }).text).toBe("7");
});

test("agreement and score are kept, and taken back", async ({ inkread, page }) => {
  const sent = watch(page);
  await play(inkread, page);
  await page.getByRole("switch").check();
  await win(inkread, page);
  await expect(page.getByText("1 sent to learn from. Thank you.")).toBeVisible();
  await page.reload();
  await inkread.sheet.waitFor();
  await enter(page);
  await expect(page.getByRole("switch")).toBeChecked();
  await score(page, 1, 0);
  await page.getByRole("switch").uncheck();
  await win(inkread, page);
  await score(page, 2, 0);
  expect(sent).toHaveLength(1);
  await press(page, "Start over");
  await score(page, 0, 0);
});

test("with the server away the game goes on, and says what was not sent", async ({ inkread, page }) => {
  await play(inkread, page);
  await inkread.draw(SEVEN);
  await page.getByRole("switch").check();
  await page.route("**/api/**", (route) => route.abort());
  await press(page, "Done");
  await press(page, "Yes, my point");
  await score(page, 1, 0);
  await expect(page.getByText(/^Not sent: The server is away/)).toBeVisible();
  await lose(inkread, page);
  await score(page, 1, 1);
});

test("a device that cannot read has the server read, and says so", async ({ inkread, page }) => {
  await page.context().route(/\/digits-[^/]*\.onnx$/, (route) => route.abort());
  await page.addInitScript(() => {
    Math.random = () => 0;
  });
  await inkread.open({ engine: "auto" });
  await inkread.isTold("This device cannot read");
  await enter(page);
  await expect(page.getByText("The server reads what you draw, and keeps nothing.")).toBeVisible();
  await lose(inkread, page);
  await score(page, 0, 1);
});

test("without a server it is played as well, and nothing can be sent", async ({ inkread, page }) => {
  const plain = await host();
  await page.addInitScript(() => {
    Math.random = () => 0;
  });
  await page.goto(plain.url);
  await enter(page);
  await expect(page.getByText("There is no server: nothing is sent.")).toBeVisible();
  await expect(page.getByRole("switch")).toHaveCount(0);
  await lose(inkread, page);
  await win(inkread, page);
  await score(page, 1, 1);
  expect(plain.missed).toEqual([]);
  await plain.stop();
});

test("it is played by keyboard but for the pen, and each step is announced", async ({ inkread, page }) => {
  await play(inkread, page);
  const said = page.getByRole("region", { name: "Challenge" }).getByRole("status");
  await expect(said).toHaveText(/^Draw a 0 /);
  await inkread.draw(SEVEN);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+Shift+z");
  await page.getByRole("button", { name: "Done" }).focus();
  await page.keyboard.press("Enter");
  const yes = page.getByRole("button", { name: "Yes, my point" });
  await expect(yes).toBeFocused(); // it is the same key
  await expect(said).toHaveText(/^7, .* sure\. Wrong\. Would others read a 0\?$/);
  await page.keyboard.press("Enter");
  await expect(said).toHaveText(/^Your point\. Draw a 1 /);
  await expect(page.getByRole("button", { name: "Done" })).toBeFocused();
  await page.keyboard.press("Shift+Tab");
  await expect(page.getByRole("button", { name: "Skip" })).toBeFocused();
  await page.keyboard.press("Space");
  await expect(said).toHaveText(/^Skipped\. Draw a 0 /);
  await inkread.draw(made[0] ?? []);
  await page.keyboard.press("Control+Enter");
  await expect(said).toHaveText(/Right: the reader's point\.$/);
});

test("two quick clicks are one answer", async ({ inkread, page }) => {
  await play(inkread, page);
  await inkread.draw(SEVEN);
  await page.getByRole("button", { name: "Done" }).dblclick();
  await expect(inkread.answer).toHaveText("7");
  await score(page, 0, 0);
});

test("the drawing on the sheet is another one, and stays", async ({ inkread, page }) => {
  await inkread.open();
  await inkread.draw(SEVEN);
  await enter(page);
  await expect(inkread.sheet).toHaveAccessibleName(/nothing drawn/);
  await inkread.draw(made[0] ?? []);
  await press(page, "Draw");
  await expect(inkread.sheet).toHaveAccessibleName(`Sheet with ${SEVEN.length} strokes`);
  await expect(inkread.answer).toHaveText("7");
});

for (const [device, viewport] of Object.entries({
  "a desktop": { width: 1280, height: 800 },
  "a phone": { width: 390, height: 844 },
})) {
  test(`nothing scrolls on ${device}, and the sheet stays in its place`, async ({ inkread, page }) => {
    await page.setViewportSize(viewport);
    await play(inkread, page);
    const size = () =>
      page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]);
    const fits = [viewport.width, viewport.height];
    expect(await size()).toEqual(fits);
    const place = await inkread.sheet.boundingBox();
    await page.getByRole("switch").check();
    await fail(inkread, page);
    expect(await size()).toEqual(fits);
    expect(await inkread.sheet.boundingBox()).toEqual(place);
    await press(page, "Yes, my point");
    await expect(page.getByText("1 sent to learn from. Thank you.")).toBeVisible();
    expect(await size()).toEqual(fits);
    expect(await inkread.sheet.boundingBox()).toEqual(place);
  });
}

test("nothing is wider than a phone of 360 px", async ({ inkread, page }) => {
  await page.setViewportSize({ width: 360, height: 640 });
  await play(inkread, page);
  await fail(inkread, page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
});

test("it has an address of its own, and the way back leads back", async ({ inkread, page }) => {
  await play(inkread, page);
  await expect(page).toHaveURL(/\/beat$/);
  await page.reload();
  await expect(page.getByRole("heading", { level: 2 })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("list", { name: "Probability of each digit" })).toBeVisible();
});

test.describe("with its service worker", () => {
  test.use({ serviceWorkers: "allow" });

  test("after the first visit it is played without a network", async ({ inkread, page, context }) => {
    await play(inkread, page);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await context.setOffline(true);
    await page.reload();
    await lose(inkread, page);
    await score(page, 0, 1);
  });
});
