import { expect, test } from "./support/inkread";
import { bring } from "./support/pictures";
import { made } from "./support/strokes";

const SEVEN = made[7] ?? [];

test("Read with nothing drawn", async ({ inkread, page }) => {
  await inkread.open({ live: false });
  await page.getByRole("button", { name: "Read", exact: true }).click();
  await inkread.isTold("Nothing to read yet");
});

test("Read when the answer shown is already that of this drawing", async ({ inkread, page }) => {
  await inkread.open({ live: false });
  await inkread.draw(SEVEN);
  await page.getByRole("button", { name: "Read", exact: true }).click();
  await expect(inkread.answer).toHaveText("7");
  await page.keyboard.press("Control+Enter");
  await inkread.isTold("Already read");
});

test("Clear on a clear sheet", async ({ inkread, page }) => {
  await inkread.open();
  await page.getByRole("button", { name: "Clear", exact: true }).click();
  await inkread.isTold("Already clear");
});

test("something pasted that holds no picture", async ({ inkread, page }) => {
  await inkread.open();
  await bring(page, "paste", []);
  await inkread.isTold("No picture there");
});

test("the server away, and back", async ({ inkread, context }) => {
  await inkread.open({ engine: "server" });
  await context.setOffline(true);
  await inkread.draw(SEVEN);
  await inkread.isTold("The server is away");
  await context.setOffline(false);
  await inkread.clear();
  await inkread.draw(SEVEN);
  await expect(inkread.answer).toHaveText("7");
});

test("the server away while a correction is sent", async ({ inkread, page, context }) => {
  await inkread.open({ engine: "server", live: false }); // read once, and no more after the answer
  await inkread.draw(SEVEN);
  await page.getByRole("button", { name: "Read", exact: true }).click();
  await expect(inkread.answer).toHaveText("7");
  await page.getByRole("button", { name: "Wrong?" }).click();
  const label = page.getByRole("dialog").getByRole("button", { name: "Not a digit" });
  await expect(label).toBeVisible(); // its part of the page has come
  await context.setOffline(true);
  await label.click();
  await inkread.isTold("Not kept");
});

test("a dialog that does not come: said, and there when asked for again", async ({
  inkread,
  page,
  context,
}) => {
  await inkread.open({ engine: "server", live: false }); // read once, and no more after the answer
  await inkread.draw(SEVEN);
  await page.getByRole("button", { name: "Read", exact: true }).click();
  await expect(inkread.answer).toHaveText("7");
  await context.setOffline(true);
  await page.getByRole("button", { name: "Wrong?" }).click();
  await inkread.isTold("Not loaded");
  await expect(inkread.answer).toHaveText("7");
  await context.setOffline(false);
  await page.getByRole("button", { name: "Wrong?" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
});

test("a view that does not come: said, and there on trying again", async ({ inkread, page, context }) => {
  await inkread.open({ engine: "server" });
  await context.setOffline(true);
  await page.getByRole("button", { name: "Pictures", exact: true }).click();
  await inkread.isTold("Not loaded");
  await context.setOffline(false);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("region", { name: "Pictures" })).toBeVisible();
});

test("a reader that does not come: the server goes on", async ({ inkread, page }) => {
  await page.context().route("**/*.wasm", (route) => route.abort());
  await inkread.open({ engine: "auto" });
  await expect(page.getByText("This device cannot read: the server does.")).toBeVisible();
  await inkread.draw(SEVEN);
  await expect(inkread.answer).toHaveText("7");
});

test("a reader that does not come, and no other allowed", async ({ inkread, page }) => {
  await page.context().route("**/*.wasm", (route) => route.abort());
  await inkread.open({ engine: "device" });
  await inkread.isTold("This device cannot read");
});

test("the server refuses to read", async ({ inkread, page }) => {
  await page.context().route("**/api/v1/read", (route) =>
    route.fulfill({
      status: 429,
      contentType: "application/problem+json",
      json: { type: "about:blank", title: "Too many requests", status: 429, detail: "ask again in 3 s" },
    }),
  );
  await inkread.open({ engine: "server" });
  await inkread.draw(SEVEN);
  await inkread.isTold("Not read");
  await expect(inkread.notices).toContainText("Ask again in 3 s");
});

test("a notice goes by itself or by its button, and the same one is never there twice", async ({
  inkread,
  page,
}) => {
  await inkread.open();
  const clear = page.getByRole("button", { name: "Clear", exact: true });
  await clear.click();
  await clear.click();
  await expect(inkread.notices.getByText("Already clear")).toHaveCount(1);
  await page.getByRole("button", { name: "Dismiss: Already clear" }).click();
  await expect(inkread.notices.getByText("Already clear")).toHaveCount(0);
});
