import type { Page } from "@playwright/test";
import { expect, test } from "./support/inkread";
import { corrects, type Member, makeAdmin, newName, signedIn } from "./support/members";
import { made, type Stroke } from "./support/strokes";

const NAME = newName("Boss");
let shapes = 0;

/** A shape that nobody has drawn before: what is the same is marked as such. */
function newShape(): Stroke[] {
  const seed = (Date.now() % 100_000) + 7 * ++shapes;
  return [
    Array.from({ length: 12 }, (_, i) => [(i * (37 + (seed % 13)) + seed) % 101, (i * 29 + seed * 3) % 97]),
  ];
}

/** An admin with nothing but these corrections waiting; `consent` is theirs. */
async function boss(page: Page): Promise<Member> {
  const member = await signedIn(page, NAME);
  makeAdmin(member);
  const headers = { "X-CSRF-Token": member.csrf };
  for (;;) {
    const { corrections } = await (await page.request.get("/api/v1/corrections")).json();
    if (corrections.length === 0) return member;
    for (const { id } of corrections)
      await page.request.put(`/api/v1/corrections/${id}`, { data: { state: "refused" }, headers });
  }
}

const rows = (page: Page) => page.getByRole("list", { name: "Corrections" }).getByRole("listitem");
const row = (page: Page, claim: string) =>
  rows(page).filter({ has: page.getByRole("group", { name: claim }) });

test("an admin accepts and refuses by button, and takes the last one back", async ({ page }) => {
  const admin = await boss(page);
  await corrects(page, admin, { strokes: newShape(), label: "1", read: "7", consent: true });
  await corrects(page, admin, { strokes: newShape(), label: "4", read: "9", consent: true });
  await page.goto("/");
  await page.getByRole("button", { name: /^Your account,/ }).click();
  await page.getByRole("button", { name: "Review corrections" }).click();
  await expect(rows(page)).toHaveCount(2);
  const seven = row(page, "Read as 7, said to be 1");
  await expect(seven.getByRole("img", { name: "The drawing that is said to be 1" })).toBeVisible();

  await seven.getByRole("button", { name: "Accept" }).click();
  await expect(rows(page)).toHaveCount(1);
  await row(page, "Read as 9, said to be 4").getByRole("button", { name: "Refuse" }).click();
  await expect(page.getByText("Nothing waits for review")).toBeVisible();
  await page.getByRole("button", { name: /^Take back/ }).click();
  await expect(rows(page)).toHaveCount(1);

  await page.getByRole("radio", { name: "Accepted" }).check({ force: true });
  await expect(seven.first()).toBeVisible();
  await seven.first().getByRole("button", { name: "Let wait" }).click();
  await page.getByRole("radio", { name: "Waiting" }).check({ force: true });
  await expect(rows(page)).toHaveCount(2);
});

test("an admin reviews with the keyboard alone", async ({ page }) => {
  const admin = await boss(page);
  for (const label of ["1", "2", "3"])
    await corrects(page, admin, { strokes: newShape(), label, read: "0", consent: true });
  await page.goto("/review");
  await expect(page.getByRole("group", { name: "Read as 0, said to be 1" })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("group", { name: "Read as 0, said to be 2" })).toBeFocused();
  await page.keyboard.press("r");
  await expect(page.getByRole("group", { name: "Read as 0, said to be 3" })).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("a");
  await expect(rows(page)).toHaveCount(1);
  await page.keyboard.press("u");
  await expect(rows(page)).toHaveCount(2);
  await expect(page.getByRole("group", { name: "Read as 0, said to be 1" })).toBeFocused();
});

test("what is suspicious or must not teach is said, and the server's refusal as well", async ({ page }) => {
  const admin = await boss(page);
  const shape = newShape();
  await corrects(page, admin, { strokes: shape, label: "1", read: "7", consent: true });
  await corrects(page, admin, { strokes: shape, label: "1", read: "7", consent: true });
  await corrects(page, admin, { strokes: newShape(), label: "5", read: "6", consent: false });
  await page.goto("/review");
  await expect(rows(page)).toHaveCount(3);
  const quiet = row(page, "Read as 6, said to be 5");
  await expect(quiet).toContainText("did not agree that it teaches");
  await expect(quiet.getByRole("button", { name: "Accept" })).toBeDisabled();
  await expect(rows(page).nth(1)).toContainText("Came before");

  await rows(page).nth(0).getByRole("button", { name: "Accept" }).click();
  await expect(rows(page)).toHaveCount(2);
  await rows(page).nth(0).getByRole("button", { name: "Accept" }).click(); // the same shape, again
  await expect(rows(page).nth(0)).toContainText("same shape teaches already");
  await expect(rows(page)).toHaveCount(2);

  await page.getByRole("checkbox", { name: "Suspicious" }).check({ force: true });
  await expect(rows(page)).toHaveCount(1);
});

test("a correction sent from the page arrives here, with consent", async ({ inkread, page }) => {
  await boss(page);
  await inkread.open();
  await inkread.draw(made[7] ?? []);
  await expect(inkread.answer).toHaveText("7");
  await page.getByRole("button", { name: "Wrong?" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "1", exact: true }).click();
  await inkread.isTold("Thank you");
  await page.goto("/review");
  await expect(row(page, "Read as 7, said to be 1").getByRole("button", { name: "Accept" })).toBeEnabled();
});

test("what a correction says is text, whatever it says", async ({ page }) => {
  const admin = await boss(page);
  const evil = "<img src=x onerror=alert(1)>";
  await corrects(page, admin, { strokes: newShape(), label: "1", read: evil, consent: true });
  await page.goto("/review");
  await expect(rows(page)).toContainText([evil]);
  expect(await page.locator("main img").count()).toBe(0);
});

test("who is no admin is told so, and sees nothing", async ({ page }) => {
  await page.goto("/review");
  await expect(page.getByText("Sign in as an admin")).toBeVisible();
  await signedIn(page);
  await page.goto("/review");
  await expect(page.getByText("Admins review what people correct.")).toBeVisible();
  await expect(rows(page)).toHaveCount(0);
  await page.getByRole("button", { name: /^Your account,/ }).click();
  await expect(page.getByRole("button", { name: "Review corrections" })).toHaveCount(0);
});
