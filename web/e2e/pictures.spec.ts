import { readFileSync } from "node:fs";
import { expect, test } from "./support/inkread";
import { bring, golden, notPictures, picture } from "./support/pictures";
import { made } from "./support/strokes";

test("a chosen picture is read", async ({ inkread, page }) => {
  await inkread.open();
  await page.getByRole("button", { name: "Pictures" }).click();
  await page.getByLabel("Choose pictures").setInputFiles(picture("7"));
  await expect(inkread.answer).toHaveText("7");
  await expect(page.getByRole("img", { name: "7-small-in-a-corner.png" })).toBeVisible();
});

for (const how of ["drop", "paste"] as const) {
  test(`a picture is read that comes by ${how}, whatever is open`, async ({ inkread, page }) => {
    await inkread.open();
    await bring(page, how, [picture("4")]);
    await expect(inkread.answer).toHaveText("4");
  });
}

test("a picture and all its keys fit in a window of 1280 by 800", async ({ inkread, page }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await inkread.open();
  await bring(page, "drop", [picture("7")]);
  await expect(inkread.answer).toHaveText("7");
  await expect(page.getByRole("button", { name: "Save" })).toBeInViewport({ ratio: 1 });
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBe(800);
});

test("the part in the box is read, and the whole again", async ({ inkread, page }) => {
  await inkread.open();
  await bring(page, "drop", [picture("7")]);
  const box = page.getByRole("group", { name: /Part that is read/ });
  await expect(inkread.answer).toHaveText("7");
  const whole = await box.boundingBox();
  if (!whole) throw new Error("expected a box to crop with, got none");

  const { mouse } = page; // the 7 is at the bottom right: elsewhere nothing is drawn
  await mouse.move(whole.x + whole.width / 5, whole.y + whole.height / 5);
  await mouse.down();
  await mouse.move(whole.x + whole.width / 2, whole.y + whole.height / 2, { steps: 4 });
  await mouse.up();
  await expect(inkread.answer).not.toHaveText("7");

  await page.getByRole("button", { name: "Whole picture" }).click();
  await expect(inkread.answer).toHaveText("7");
});

for (const engine of ["device", "server"] as const) {
  test(`several pictures come as a table and as CSV, as Python reads them (${engine})`, async ({
    inkread,
    page,
  }) => {
    await inkread.open({ engine });
    if (engine === "device") await inkread.deviceIsReady();
    await page.getByRole("button", { name: "Pictures" }).click();
    await page.getByLabel("Choose pictures").setInputFiles(golden.map(({ path }) => path));
    await expect(page.getByText(`${golden.length} of ${golden.length} read`)).toBeVisible();

    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "CSV" }).click();
    const csv = readFileSync(await (await download).path(), "utf8");
    const lines = csv.trim().split("\r\n").slice(1);
    expect(lines).toHaveLength(golden.length);
    for (const { name, reading } of golden) {
      const [file, text, confidence, unsure] = lines.find((line) => line.startsWith(name))?.split(",") ?? [];
      expect({ file, text, unsure }).toEqual({
        file: name,
        text: reading.text,
        unsure: reading.unsure.join("; "),
      });
      expect(Math.abs(Number(confidence) - reading.confidence)).toBeLessThan(2e-4);
      const [digit] = [...reading.text];
      if (digit && !unsure) await expect(page.getByRole("row", { name })).toContainText(digit);
    }
  });
}

test("one of several can be opened, and left again", async ({ inkread, page }) => {
  await inkread.open();
  await bring(page, "drop", [picture("7"), picture("4")]);
  await page.getByRole("button", { name: "4-thin.png" }).click();
  await expect(inkread.answer).toHaveText("4");
  await page.getByRole("button", { name: "All 2" }).click();
  await expect(page.getByRole("table")).toBeVisible();
});

test("a torn answer names both candidates", async ({ inkread, page }) => {
  await inkread.open();
  await bring(page, "drop", [picture("1-or-7")]);
  await expect(inkread.answer).toHaveText(/1\s*or\s*7\s*\?|7\s*or\s*1\s*\?/);
});

for (const file of notPictures) {
  test(`${file.name} is refused with a reason, and what was open stays`, async ({ inkread, page }) => {
    await inkread.open();
    await bring(page, "drop", [picture("7")]);
    await expect(inkread.answer).toHaveText("7");
    await bring(page, "drop", [file]);
    await inkread.isTold(`Cannot read ${file.name}`);
    await expect(inkread.answer).toHaveText("7");
  });
}

test("bad ones among several are marked, and the others are read", async ({ inkread, page }) => {
  await inkread.open();
  await bring(page, "drop", [picture("7"), ...notPictures.slice(0, 2), picture("4")]);
  await expect(page.getByRole("row", { name: "7-small-in-a-corner.png" })).toContainText("7");
  await expect(page.getByRole("row", { name: "notes.txt" })).toContainText("expected a picture");
  await expect(page.getByRole("row", { name: "4-thin.png" })).toContainText("4");
  await inkread.isTold("2 of 4 not read");
});

test("the drawing is still there after pictures were looked at", async ({ inkread, page }) => {
  await inkread.open();
  await inkread.draw(made[4] ?? []);
  await bring(page, "drop", [picture("7")]);
  await expect(inkread.answer).toHaveText("7");
  await page.getByRole("button", { name: "Draw" }).click();
  await expect(inkread.answer).toHaveText("4");
});

test("a photo on its side, as phones keep it, is read upright", async ({ inkread, page }) => {
  await inkread.open();
  const sideways = await page.evaluate(async () => {
    // a 7 lying on its left side, as JPEG; EXIF says: turn by 90° to look at it
    const canvas = new OffscreenCanvas(300, 300);
    const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
    context.fillStyle = "white";
    context.fillRect(0, 0, 300, 300);
    context.translate(0, 300);
    context.rotate(-Math.PI / 2);
    context.lineWidth = 14;
    context.stroke(new Path2D("M90 80 L210 80 L140 230"));
    const jpeg = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.95 });
    return [...new Uint8Array(await jpeg.arrayBuffer())];
  });
  const exif = Buffer.from("ffe1002245786966000049492a0008000000010012010300010000000600000000000000", "hex");
  const buffer = Buffer.concat([Buffer.from(sideways.slice(0, 2)), exif, Buffer.from(sideways.slice(2))]);
  await bring(page, "drop", [{ name: "photo.jpg", mimeType: "image/jpeg", buffer }]);
  await expect(inkread.answer).toHaveText("7");
});
