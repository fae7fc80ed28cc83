import type { Browser, Page } from "@playwright/test";
import { expect, test } from "./support/inkread";
import { type Member, newName, saves, signedIn } from "./support/members";
import { made, type Stroke } from "./support/strokes";

const SEVEN = made[7] ?? [];
const NAME = newName("Share");

/** Saves a drawing and opens its dialog in the history. */
async function opened(page: Page, member: Member, strokes: Stroke[] = SEVEN) {
  await saves(page, member, strokes);
  await page.goto("/history");
  await page.getByRole("list", { name: "Saved readings" }).getByRole("button").first().click();
  return page.getByRole("dialog").getByRole("region", { name: "Share" });
}

/** Makes a link there; its address. */
async function linkFrom(share: ReturnType<Page["getByRole"]>): Promise<string> {
  await share.getByRole("button", { name: "Make a link" }).click();
  return share.getByRole("textbox", { name: "Link" }).first().inputValue();
}

/** A page of somebody else, who has no account. */
async function stranger(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ serviceWorkers: "block" });
  return context.newPage();
}

test("a link shows drawing and reading to anybody, and lets nobody change them", async ({
  page,
  browser,
}) => {
  const share = await opened(page, await signedIn(page, NAME));
  const address = await linkFrom(share);
  const other = await stranger(browser);
  const asked: string[] = [];
  other.on("request", (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
  await other.goto(address);
  await expect(other.getByTestId("answer")).toHaveText("7");
  await expect(other.getByRole("img", { name: "The drawing, read as 7" })).toBeVisible();
  await expect(other).toHaveTitle("Read as 7 – Inkread");
  await expect(other.locator('meta[property="og:image"]')).toHaveAttribute("content", /\/picture\.png$/);
  await expect(other.getByRole("button", { name: /Save|Wrong|Delete|Clear|Undo/ })).toHaveCount(0);
  await expect(other.locator("body")).not.toContainText("Share "); // whose it is
  expect(asked.filter((one) => !one.startsWith("GET"))).toEqual([]);
  expect(asked.filter((one) => /\.onnx|\.wasm/.test(one))).toEqual([]); // looking takes no reader

  await other.getByRole("button", { name: "Draw your own" }).click();
  await expect(other.getByRole("img", { name: /^Sheet: nothing/ })).toBeVisible();
  await other.context().close();
});

test("a link is copied, listed with the account, and ends when it is revoked", async ({ page, browser }) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const share = await opened(page, await signedIn(page, NAME));
  const address = await linkFrom(share);
  await share.getByRole("button", { name: "Copy" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(address);

  await page.goto("/account");
  const listed = page
    .getByRole("list", { name: "Links" })
    .getByRole("listitem")
    .filter({ has: page.locator(`input[value="${address}"]`) });
  await listed.getByRole("button", { name: "Revoke" }).click();
  await expect(
    page
      .getByRole("list", { name: "Links" })
      .getByText(/revoked/)
      .first(),
  ).toBeVisible();
  await expect(page.locator(`input[value="${address}"]`)).toHaveCount(0);

  const other = await stranger(browser);
  const response = await other.goto(address);
  expect(response?.status()).toBe(410);
  await expect(other.getByRole("heading", { name: "This link has ended" })).toBeVisible();
  await expect(other.locator("main")).toContainText("This link was revoked; ask who sent it.");
  await other.getByRole("button", { name: "Draw your own" }).click();
  await expect(other.getByRole("img", { name: /^Sheet: nothing/ })).toBeVisible();
  await other.context().close();
});

test("a link may hold for some days, and says until when", async ({ page }) => {
  const share = await opened(page, await signedIn(page, NAME));
  await share.getByLabel("that holds").selectOption("a week");
  await linkFrom(share);
  const week = new Date(Date.now() + 7 * 86_400_000).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  });
  await expect(share.getByRole("list", { name: "Links to it" })).toContainText(`holds until ${week}`);
});

test("a link that leads nowhere says so", async ({ page }) => {
  const response = await page.goto(`/s/${"x".repeat(32)}`);
  expect(response?.status()).toBe(404);
  await expect(page.getByRole("heading", { name: "This link leads nowhere" })).toBeVisible();
  await expect(page.locator("main")).toContainText("ask for it again");
});

test("a link that cannot be followed now can be followed again", async ({ page }) => {
  const share = await opened(page, await signedIn(page, NAME));
  const address = await linkFrom(share);
  const problem = {
    type: "/docs#store-away",
    title: "Away",
    status: 503,
    detail: "the store does not answer",
  };
  await page.route("**/api/v1/shared/*", (route) =>
    route.fulfill({ status: 503, contentType: "application/problem+json", json: problem }),
  );
  await page.goto(address);
  await expect(page.getByRole("heading", { name: "This cannot be shown now" })).toBeVisible();
  await page.unroute("**/api/v1/shared/*");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByTestId("answer")).toHaveText("7");
});

test("what is shared is text, whatever it says", async ({ page }) => {
  const member = await signedIn(page, NAME);
  const share = await opened(page, member);
  const address = await linkFrom(share);
  const evil = '<img src=x onerror="alert(1)"><script>alert(2)</script>';
  await page.route("**/api/v1/shared/*", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ json: { ...(await response.json()), text: evil, unsure: [evil] } });
  });
  const alerts: string[] = [];
  page.on("dialog", (dialog) => {
    alerts.push(dialog.message());
    void dialog.dismiss();
  });
  await page.goto(address);
  await expect(page.getByTestId("answer")).toHaveText(evil);
  expect(await page.locator("main img, main script").count()).toBe(0);
  expect(alerts).toEqual([]);
});
