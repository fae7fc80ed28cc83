import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, test } from "./support/inkread";
import { corrects, newName, PASSWORD, saves, signedIn } from "./support/members";
import { bring, picture } from "./support/pictures";
import { made } from "./support/strokes";

const [TWO, THREE, SEVEN] = [made[2] ?? [], made[3] ?? [], made[7] ?? []];
const NAME = newName("Hist"); // one account for what leaves it as it was

const cards = (page: Page) => page.getByRole("list", { name: "Saved readings" }).getByRole("listitem");
const card = (page: Page, text: string) =>
  cards(page)
    .filter({ has: page.getByText(text, { exact: true }) })
    .getByRole("button");
const search = (page: Page) => page.getByRole("searchbox", { name: "Text" });

test("what is saved is listed, found by its text, its day and its marks, and shown whole again", async ({
  page,
}) => {
  const hist = await signedIn(page);
  await saves(page, hist, TWO);
  const three = await saves(page, hist, THREE);
  await saves(page, hist, SEVEN);
  await corrects(page, hist, { strokes: THREE, label: "8", saved: three });
  await page.goto("/history");
  await expect(cards(page)).toHaveCount(3);
  await expect(cards(page).nth(1)).toContainText("Corrected");
  await expect(cards(page).nth(1)).toContainText("was 3");

  await search(page).fill("7");
  await expect(cards(page)).toHaveCount(1);
  await search(page).fill("3"); // what was read before it was corrected is found as well
  await expect(cards(page)).toContainText(["8"]);
  await search(page).fill("<b>");
  await expect(page.getByText("Nothing found")).toBeVisible();
  await page.getByRole("button", { name: "Show all" }).click();
  await expect(cards(page)).toHaveCount(3);

  await page.getByRole("checkbox", { name: "Corrected" }).check({ force: true });
  await expect(cards(page)).toHaveCount(1);
  await page.getByRole("checkbox", { name: "Corrected" }).uncheck({ force: true });
  await page.getByRole("checkbox", { name: "Unsure" }).check({ force: true });
  await expect(page.getByText("Nothing found")).toBeVisible();
  await page.getByRole("checkbox", { name: "Unsure" }).uncheck({ force: true });

  const day = (offset: number) =>
    page.evaluate((days) => {
      const date = new Date(Date.now() + days * 86_400_000);
      return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
        .map((part) => `${part}`.padStart(2, "0"))
        .join("-");
    }, offset);
  await page.getByLabel("To", { exact: true }).fill(await day(-1));
  await expect(page.getByText("Nothing found")).toBeVisible();
  await page.getByLabel("To", { exact: true }).fill(await day(0));
  await page.getByLabel("From", { exact: true }).fill(await day(0));
  await expect(cards(page)).toHaveCount(3);
  await page.getByLabel("From", { exact: true }).fill(await day(1));
  await expect(page.getByText("The first day is after the last one")).toBeVisible();
});

test("it comes page by page, and never all at once", async ({ page }) => {
  const ada = await signedIn(page, NAME);
  const [entry] = [await saves(page, ada, SEVEN)];
  const one = (await (await page.request.get("/api/v1/readings?most=1")).json()).readings[0];
  expect(one.id).toBe(entry);
  const asked: string[] = [];
  await page.route("**/api/v1/readings?*", (route) => {
    const url = new URL(route.request().url());
    const most = Number(url.searchParams.get("most"));
    const before = url.searchParams.get("before");
    asked.push(before ?? "first");
    const start = before ? Number.parseInt(before, 16) : 0;
    const readings = Array.from({ length: most }, (_, i) => ({
      ...one,
      id: (start + i + 1).toString(16).padStart(32, "0"),
      text: `${start + i}`,
    }));
    return route.fulfill({ json: { readings, next: readings.at(-1).id } }); // without an end
  });
  await page.goto("/history");
  await expect(cards(page).first()).toBeVisible();
  await expect(page.getByText("Loading…")).toHaveCount(0);
  expect(asked.length).toBeLessThanOrEqual(2); // what is seen, and what is near
  const near = asked.length;
  await page.mouse.wheel(0, 20_000);
  await expect.poll(() => asked.length).toBeGreaterThan(near);
  expect(new Set(asked).size).toBe(asked.length); // no page twice
});

test("a saved drawing is opened as strokes to go on with, and the one before comes back by undo", async ({
  inkread,
  page,
}) => {
  const ada = await signedIn(page);
  await saves(page, ada, SEVEN);
  await inkread.open();
  await inkread.draw(TWO);
  await expect(inkread.answer).toHaveText("2");
  await page.goto("/history");
  await card(page, "7").click();
  await page.getByRole("dialog").getByRole("button", { name: "Open", exact: true }).click();
  await expect(page).toHaveURL(/\/$/);
  await expect(inkread.answer).toHaveText("7");
  await expect(inkread.sheet).toHaveAccessibleName("Sheet with 2 strokes");
  await expect(page.getByRole("button", { name: "Saved", exact: true })).toBeVisible(); // it is there already
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(inkread.answer).toHaveText("2");
  await page.getByRole("button", { name: "Redo" }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  await inkread.draw(THREE);
  await expect(page.getByRole("button", { name: "Save", exact: true })).toBeEnabled(); // another drawing
});

test("a number is opened on a page, as a number", async ({ inkread, page }) => {
  await signedIn(page);
  await inkread.open({ mode: "number" });
  await inkread.write([TWO, made[0] ?? [], SEVEN]);
  await expect(inkread.answer).toHaveText("207");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("button", { name: "Saved", exact: true }).click();
  await expect(cards(page)).toContainText(["207"]);
  await inkread.page.getByRole("button", { name: "Draw", exact: true }).click();
  await inkread.choose("One digit");
  await page.goto("/history");
  await card(page, "207").click();
  await page.getByRole("dialog").getByRole("button", { name: "Open", exact: true }).click();
  await expect(inkread.answer).toHaveText("207");
  await expect(page.getByRole("radio", { name: "Number" })).toBeChecked();
});

test("a picture is saved, and opened as a picture again", async ({ inkread, page }) => {
  await signedIn(page);
  await inkread.open();
  await bring(page, "drop", [picture("7")]);
  await expect(inkread.answer).toHaveText("7");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("button", { name: "Saved", exact: true }).click();
  await card(page, "7").click();
  await page.getByRole("dialog").getByRole("button", { name: "Open", exact: true }).click();
  await expect(page.getByRole("group", { name: /Part that is read/ })).toBeVisible();
  await expect(inkread.answer).toHaveText("7");
});

for (const kind of ["JSON", "PNG", "SVG"]) {
  test(`a drawing goes to a file, ${kind}, and comes back from it stroke by stroke`, async ({
    inkread,
    page,
  }) => {
    const ada = await signedIn(page, NAME);
    await saves(page, ada, SEVEN);
    await page.goto("/history");
    await card(page, "7").first().click();
    const coming = page.waitForEvent("download");
    await page.getByRole("link", { name: `Save the drawing as ${kind}` }).click();
    const file = await coming;
    expect(file.suggestedFilename()).toMatch(new RegExp(`^drawing-.*\\.${kind.toLowerCase()}$`));
    const buffer = readFileSync(await file.path());
    await page.keyboard.press("Escape");
    await page
      .getByLabel("Load a file")
      .setInputFiles({ name: file.suggestedFilename(), mimeType: "application/octet-stream", buffer });
    await expect(inkread.sheet).toHaveAccessibleName("Sheet with 2 strokes");
    await expect(inkread.answer).toHaveText("7");
  });
}

test("a drawing's file dropped on the page is loaded, after signing in", async ({ inkread, page }) => {
  await inkread.open();
  const document = { format: "inkread-drawing", version: 1, strokes: SEVEN };
  const buffer = Buffer.from(JSON.stringify(document));
  await bring(page, "drop", [{ name: "seven.json", mimeType: "application/json", buffer }]);
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("Sign in to load a drawing from a file.");
  await dialog.getByRole("radio", { name: "New account" }).check({ force: true });
  await dialog.getByLabel("Name").fill(newName());
  await dialog.getByLabel("Password").fill(PASSWORD);
  await dialog.getByRole("button", { name: "Make the account" }).click();
  await expect(inkread.sheet).toHaveAccessibleName("Sheet with 2 strokes");
  await expect(inkread.answer).toHaveText("7");
});

test("a file that is no drawing is refused by name, with what was expected", async ({ inkread, page }) => {
  await signedIn(page, NAME);
  await page.goto("/history");
  const name = "<i>notes</i>.json";
  for (const text of [
    "{}",
    '{"format": "inkread-drawing", "version": 9, "strokes": []}',
    "<svg",
    "7 in words",
  ]) {
    await page
      .getByLabel("Load a file")
      .setInputFiles({ name, mimeType: "application/json", buffer: Buffer.from(text) });
    await inkread.isTold(`Cannot load ${name}`);
    await page.getByRole("button", { name: `Dismiss: Cannot load ${name}` }).click();
  }
});

test("the history is taken along as CSV and JSON, as far as it was looked for", async ({ page }) => {
  const ada = await signedIn(page);
  await saves(page, ada, TWO);
  await saves(page, ada, SEVEN);
  await page.goto("/history");
  await search(page).fill("7");
  await expect(cards(page)).toHaveCount(1);
  for (const [kind, found] of [
    ["CSV", /read,label/],
    ["JSON", /"strokes"/],
  ] as const) {
    const coming = page.waitForEvent("download");
    await page.getByRole("link", { name: kind }).click();
    const text = readFileSync(await (await coming).path(), "utf8");
    expect(text).toMatch(found);
    expect(text.trim().split(kind === "CSV" ? "\n" : /"id"/)).toHaveLength(2); // the head, and one
  }
});

test("a reading is deleted after one more question", async ({ page }) => {
  const ada = await signedIn(page);
  await saves(page, ada, TWO);
  await saves(page, ada, SEVEN);
  await page.goto("/history");
  await card(page, "7").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Delete", exact: true }).click();
  await dialog.getByRole("button", { name: "Keep" }).click();
  await dialog.getByRole("button", { name: "Delete", exact: true }).click();
  await dialog.getByRole("button", { name: "Delete for good" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(cards(page)).toHaveCount(1);
  await page.reload();
  await expect(card(page, "2")).toHaveCount(1);
  await expect(card(page, "7")).toHaveCount(0);
});

test("a correction of what is saved marks it in the history, and teaches only where that is wanted", async ({
  inkread,
  page,
}) => {
  await signedIn(page);
  await inkread.open();
  await inkread.draw(SEVEN);
  await expect(inkread.answer).toHaveText("7");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("button", { name: "Saved", exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Wrong?" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "1", exact: true }).click();
  await inkread.isTold("Corrected");
  await page.getByRole("button", { name: "Wrong?" }).click();
  await page.getByRole("switch", { name: /may learn from it/ }).check({ force: true });
  await page.getByRole("dialog").getByRole("button", { name: "4", exact: true }).click();
  await inkread.isTold("Thank you");
  await page.getByRole("button", { name: "Saved", exact: true }).click();
  await expect(cards(page)).toContainText([/4.*Corrected.*was 7/]);
});

test("where nothing can be kept, it is still read, and saving says so", async ({ inkread, page }) => {
  await signedIn(page, NAME);
  await inkread.open();
  await inkread.draw(SEVEN);
  await expect(inkread.answer).toHaveText("7");
  const detail = "the store does not answer, so nothing is kept or found; try again in a moment";
  // as the service answers where its database is away: the reading, and why it was not kept
  await page.route("**/api/v1/read?save=true", async (route) => {
    const response = await route.fetch({ url: route.request().url().replace("save=true", "") });
    await route.fulfill({ json: { ...(await response.json()), saved: null, not_saved: detail } });
  });
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await inkread.isTold("Not saved");
  await expect(inkread.notices).toContainText("The store does not answer");
  await expect(inkread.answer).toHaveText("7");
  await page.unroute("**/api/v1/read?save=true");
  await inkread.notices.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("button", { name: "Saved", exact: true })).toBeVisible();
});

test("a history that cannot be reached says so, and comes back when asked again", async ({ page }) => {
  const ada = await signedIn(page, NAME);
  await saves(page, ada, SEVEN);
  const problem = {
    type: "/docs#store-away",
    title: "What is kept cannot be reached; reading works",
    status: 503,
    detail: "the store does not answer, so nothing is kept or found; try again in a moment",
    instance: "/api/v1/readings",
  };
  await page.route("**/api/v1/readings?*", (route) =>
    route.fulfill({ status: 503, contentType: "application/problem+json", json: problem }),
  );
  await page.goto("/history");
  await expect(page.getByRole("alert")).toContainText("The store does not answer");
  await page.unroute("**/api/v1/readings?*");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(cards(page).first()).toBeVisible();
});
