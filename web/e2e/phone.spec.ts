import { devices } from "@playwright/test";
import { expect, test } from "./support/inkread";
import { made, type Stroke } from "./support/strokes";

const [FOUR, SEVEN] = [made[4] ?? [], made[7] ?? []];
const { defaultBrowserType: _, ...pixel } = devices["Pixel 7"] ?? { defaultBrowserType: "chromium" };

test.use({ ...pixel, viewport: { width: 390, height: 844 } });

for (const [width, height] of [
  [390, 844],
  [360, 640],
] as const) {
  test(`nothing is wider than ${width} px, and the answer is in sight of the sheet`, async ({
    inkread,
    page,
  }) => {
    await page.setViewportSize({ width, height });
    await inkread.open();
    await inkread.touch(SEVEN);
    await expect(inkread.answer).toHaveText("7");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await expect(inkread.answer).toBeInViewport({ ratio: 1 });
    await expect(inkread.sheet).toBeInViewport({ ratio: 0.99 });
  });
}

test("a finger draws, and the page does not scroll under it", async ({ inkread, page }) => {
  await page.setViewportSize({ width: 390, height: 500 }); // so that there is something to scroll
  await inkread.open();
  await inkread.touch(FOUR);
  await expect(inkread.answer).toHaveText("4");
  expect(await page.evaluate(() => scrollY)).toBe(0);
});

test("once a pen was seen, a palm draws nothing", async ({ inkread }) => {
  await inkread.open();
  await inkread.pen(SEVEN);
  await expect(inkread.sheet).toHaveAccessibleName("Sheet with 2 strokes");
  const palm: Stroke[] = [
    [
      [0, 0],
      [40, 10],
      [80, 0],
    ],
  ];
  await inkread.touch(palm);
  await expect(inkread.sheet).toHaveAccessibleName("Sheet with 2 strokes");
  await expect(inkread.answer).toHaveText("7");
});

test("the other end of a pen erases", async ({ inkread }) => {
  await inkread.open();
  await inkread.pen(SEVEN);
  await inkread.pen(SEVEN, { eraser: true });
  await expect(inkread.sheet).toHaveAccessibleName(/nothing drawn/);
});

test("everything to press is large enough for a thumb", async ({ inkread, page }) => {
  await inkread.open();
  const small = await page
    .locator("button:visible, label:visible, a:visible, [role=switch]:visible")
    .evaluateAll((elements) =>
      elements
        .map((element) => ({
          name: element.textContent || element.ariaLabel,
          box: element.getBoundingClientRect(),
        }))
        .filter(({ box }) => box.width < 24 || box.height < 24) // px: WCAG 2.2, 2.5.8
        .map(({ name, box }) => `${name} ${box.width}x${box.height}`),
    );
  expect(small).toEqual([]);
});

test("the sheet stays under the finger while the answer for pages is still loading", async ({
  inkread,
  page,
}) => {
  let open = () => {};
  const held = new Promise<void>((resolve) => {
    open = resolve;
  });
  await page.route(/\/Page-[^/]*\.js$/, async (route) => {
    await held;
    await route.continue();
  });
  await inkread.open();
  await inkread.choose("Number");
  const before = await inkread.sheet.boundingBox();
  open();
  await expect(page.getByTestId("answer")).toHaveText("Nothing written yet");
  expect(await inkread.sheet.boundingBox()).toEqual(before);
});
