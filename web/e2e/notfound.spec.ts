import { expect, test } from "./support/inkread";

test("an address that is none has its own page, and a way back", async ({ inkread, page }) => {
  const response = await page.goto("/no/such/page");
  expect(response?.status()).toBe(404);
  await expect(page.getByRole("heading", { name: "Nothing is written here" })).toBeVisible();
  await page.getByRole("link", { name: "Back to the sheet" }).click();
  await expect(inkread.sheet).toBeVisible();
});

test.describe("with its service worker", () => {
  test.use({ serviceWorkers: "allow" });

  test("no page asks another host, or breaks its own security policy", async ({ inkread, page }) => {
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (protocol.startsWith("http") && hostname !== "127.0.0.1") complaints.push(request.url());
    });
    await inkread.open({ engine: "auto" });
    await inkread.deviceIsReady();
    await page.getByRole("button", { name: "Pictures" }).click();
    await expect(page.getByText("No picture yet")).toBeVisible();
    expect(complaints).toEqual([]);
  });
});
