import { expect, test } from "./support/inkread";
import { made } from "./support/strokes";

const [FOUR, SEVEN] = [made[4] ?? [], made[7] ?? []];

test("until the device is ready the server answers, then the device does", async ({ inkread, page }) => {
  let open = () => {};
  const held = new Promise<void>((resolve) => {
    open = resolve;
  });
  await page.context().route("**/*.onnx", async (route) => {
    await held;
    await route.continue();
  });
  await inkread.open({ engine: "auto" });
  await inkread.draw(SEVEN);
  await expect(inkread.answer).toHaveText("7");
  await expect(page.getByTestId("timing")).toContainText("on the server");
  await expect(page.getByText(/Server reads; this device \d+ %/)).toBeVisible();

  open();
  await inkread.deviceIsReady();
  await inkread.clear();
  await inkread.draw(FOUR);
  await expect(inkread.answer).toHaveText("4");
  await expect(page.getByTestId("timing")).toContainText("on this device");
});

test("with this device chosen, nothing leaves it", async ({ inkread, page }) => {
  await inkread.open();
  await page.getByRole("radio", { name: "This device" }).check({ force: true });
  await inkread.deviceIsReady();
  const requests: string[] = [];
  page.context().on("request", (request) => {
    if (!request.url().startsWith("blob:")) requests.push(`${request.method()} ${request.url()}`);
  });
  await inkread.draw(SEVEN);
  await expect(inkread.answer).toHaveText("7");
  await page.getByRole("button", { name: "Undo" }).click();
  await inkread.clear();
  await inkread.draw(FOUR);
  await expect(inkread.answer).toHaveText("4");
  await page.waitForTimeout(500); // ms: for what might be sent late
  expect(requests).toEqual([]);
});

test("the choice is kept over a reload", async ({ inkread, page }) => {
  await inkread.open();
  await page.getByRole("radio", { name: "This device" }).check({ force: true });
  await page.reload();
  await expect(page.getByRole("radio", { name: "This device" })).toBeChecked();
});

test.describe("with its service worker", () => {
  test.use({ serviceWorkers: "allow" });

  test("after the first load it opens and reads without a network", async ({ inkread, page, context }) => {
    await inkread.open({ engine: "auto" });
    await inkread.deviceIsReady();
    await page.evaluate(() => navigator.serviceWorker.ready);
    await context.setOffline(true);
    await page.reload();
    await inkread.deviceIsReady();
    await inkread.draw(SEVEN);
    await expect(inkread.answer).toHaveText("7");
    await expect(page.getByTestId("timing")).toContainText("on this device");
  });

  test("it can be installed", { tag: "@browser" }, async ({ inkread, page }) => {
    await inkread.open();
    const session = await page.context().newCDPSession(page);
    const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
    const { data = "{}", errors } = await session.send("Page.getAppManifest");
    expect(errors).toEqual([]);
    expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito")).toEqual(
      [],
    );
    const { name, icons, start_url } = JSON.parse(data);
    expect({ name, start_url }).toEqual({ name: "Inkread", start_url: "./" });
    for (const { src, sizes } of icons) {
      const size = await page.evaluate(async (url) => {
        const image = new Image();
        image.src = url;
        await image.decode();
        return `${image.naturalWidth}x${image.naturalHeight}`;
      }, src);
      expect(size).toBe(sizes);
    }
  });
});
