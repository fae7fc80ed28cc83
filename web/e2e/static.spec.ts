import { type Host, host } from "./support/files";
import { expect, test } from "./support/inkread";
import { made } from "./support/strokes";

const [FOUR, SEVEN] = [made[4] ?? [], made[7] ?? []];

let plain: Host;
test.beforeEach(async () => {
  plain = await host();
});
test.afterEach(() => plain.stop());

test.describe("built as static files, in a folder of a plain host", () => {
  test.use({ serviceWorkers: "allow" });

  test("it reads without a server, and does not ask for one", async ({ inkread, page }) => {
    await page.goto(plain.url);
    await inkread.deviceIsReady();
    await inkread.draw(SEVEN);
    await expect(inkread.answer).toHaveText("7");
    await expect(page.getByTestId("timing")).toContainText("on this device");
    await expect(page.getByRole("group", { name: "Read by" })).toHaveCount(0); // no server to choose
    await expect(page.getByRole("button", { name: "Wrong?" })).toHaveCount(0); // nor one to correct
    await expect(page.getByRole("button", { name: /Sign in|Save/ })).toHaveCount(0); // nor one to keep anything
    expect(plain.missed).toEqual([]);
  });

  test("what is drawn before the reader has come is read when it has", async ({ inkread, page }) => {
    await page.goto(plain.url);
    await inkread.draw(SEVEN);
    await expect(inkread.answer).toHaveText("7", { timeout: 30_000 });
  });

  test("after the first visit it opens and reads with the host gone", async ({ inkread, page }) => {
    await page.goto(plain.url);
    await inkread.deviceIsReady();
    await page.evaluate(() => navigator.serviceWorker.ready);
    await plain.stop();
    await page.reload();
    await inkread.deviceIsReady();
    await inkread.draw(FOUR);
    await expect(inkread.answer).toHaveText("4");
  });

  test("a new version waits until it is wanted, and loses no drawing", async ({ inkread, page }) => {
    await page.goto(plain.url);
    await inkread.deviceIsReady();
    await page.evaluate(() => navigator.serviceWorker.ready);
    plain.release();
    await page.reload();
    await inkread.draw(SEVEN);
    await inkread.isTold("A new version is ready");
    await expect(inkread.sheet).toHaveAccessibleName("Sheet with 2 strokes");

    const loaded = page.waitForEvent("load");
    await page.getByRole("button", { name: "Use it" }).click();
    await loaded;
    await expect(inkread.sheet).toHaveAccessibleName("Sheet with 2 strokes");
    await expect(inkread.answer).toHaveText("7", { timeout: 30_000 });
  });
});
