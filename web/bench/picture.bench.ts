import { join } from "node:path";
import { Inkread, test } from "../e2e/support/inkread";
import { made } from "../e2e/support/strokes";

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 800 };

/** docs/page.png, drawn by tools/make_page_picture.py. */
test("picture", async ({ browser }) => {
  const baseURL = process.env.BENCH_URL ?? "";
  const shots: string[] = [];
  for (const [digit, viewport, colorScheme] of [
    [7, DESKTOP, "light"],
    [3, PHONE, "light"],
    [4, DESKTOP, "dark"],
    [2, PHONE, "dark"],
  ] as const) {
    const context = await browser.newContext({ viewport, colorScheme, baseURL });
    const inkread = new Inkread(await context.newPage());
    await inkread.open({ engine: "device" });
    await inkread.deviceIsReady();
    await inkread.draw(made[digit] ?? []);
    await inkread.page.mouse.move(5, viewport.height - 5); // away from the sheet, so that the nib does not show
    await inkread.page.waitForTimeout(800); // ms: bars at rest
    shots.push((await inkread.page.screenshot()).toString("base64"));
    await context.close();
  }
  const page = await browser.newPage({ viewport: { width: 1720, height: 1000 } });
  const images = shots.map((shot) => `<img height="480" src="data:image/png;base64,${shot}">`).join("");
  await page.setContent(
    `<body style="margin:0;width:1014px;display:flex;flex-wrap:wrap;gap:12px;background:#8a8578;padding:12px">${images}`,
  );
  await page.locator("body").screenshot({ path: join(process.env.BENCH_OUT ?? ".", "page.png") });
});
