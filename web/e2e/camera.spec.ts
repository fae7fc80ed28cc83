import { expect, test } from "./support/inkread";

test.describe("with a camera", { tag: "@browser" }, () => {
  test.use({ permissions: ["camera"] });

  test("a picture is taken and read", async ({ inkread, page }) => {
    await inkread.open();
    await page.getByRole("button", { name: "Pictures" }).click();
    await page.getByRole("button", { name: "Camera" }).click();
    const dialog = page.getByRole("dialog", { name: "Camera" });
    await expect(dialog.getByLabel("What the camera sees")).toBeVisible();
    await dialog.getByRole("button", { name: "Take the picture" }).click();
    await expect(dialog).toHaveCount(0);
    await expect(page.getByRole("img", { name: "photo.png" })).toBeVisible();
    await expect(inkread.answer).not.toHaveText(/No picture yet|Reading/);
  });

  test("it is turned off when its window is closed", async ({ inkread, page }) => {
    await inkread.open();
    await page.getByRole("button", { name: "Pictures" }).click();
    await page.getByRole("button", { name: "Camera" }).click();
    const video = page.getByLabel("What the camera sees");
    await expect(page.getByRole("button", { name: "Take the picture" })).toBeEnabled();
    const track = await video.evaluateHandle((element: HTMLVideoElement) => {
      return (element.srcObject as MediaStream).getTracks()[0];
    });
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    expect(await track.evaluate((track) => track?.readyState)).toBe("ended");
  });
});

test("without one, that is said", async ({ inkread, page }) => {
  await page.addInitScript(() => {
    // as a device without a camera answers
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotFoundError"));
  });
  await inkread.open();
  await page.getByRole("button", { name: "Pictures" }).click();
  await page.getByRole("button", { name: "Camera" }).click();
  await inkread.isTold("No camera");
  await expect(page.getByLabel("Choose pictures")).toBeAttached();
});

test.describe("on a phone without one for pages", () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });

  test("its own camera app takes the picture", async ({ inkread, page }) => {
    await page.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError"));
    });
    await inkread.open();
    await page.getByRole("button", { name: "Pictures" }).click();
    await page.getByRole("button", { name: "Camera" }).click();
    await expect(page.getByLabel("Take a photo")).toHaveAttribute("capture", "environment");
  });
});
