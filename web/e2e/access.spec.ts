import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, type Inkread, test } from "./support/inkread";
import { corrects, type Member, makeAdmin, newName, saves, signedIn } from "./support/members";
import { bring, picture } from "./support/pictures";
import { made, scribble } from "./support/strokes";

const SEVEN = made[7] ?? [];

/** Violations of WCAG 2.2 A and AA and of axe's best practices, or of some of its rules alone, one line each. */
async function violations(page: Page, ...rules: string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode(); // no frames to join, for which it would open a page of its own
  const { violations } = await (rules.length > 0
    ? axe.withRules(rules)
    : axe.withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
  ).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`));
}

const NAME = newName("Axe");

/** Somebody with a history: one person for each device, as nobody signs in often in a minute. */
async function member(page: Page): Promise<Member> {
  return signedIn(page, `${NAME} ${test.info().titlePath.at(-2)}`);
}

/** Opens the first reading in the history of whoever has some, with a link to it. */
async function openReading(page: Page): Promise<string> {
  const ada = await member(page);
  await saves(page, ada, SEVEN);
  await page.goto("/history");
  await page.getByRole("list", { name: "Saved readings" }).getByRole("button").first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Make a link" }).click();
  return page.getByRole("dialog").getByRole("textbox", { name: "Link" }).first().inputValue();
}

/** Each state of the page, and how to get there. */
const STATES: Record<string, (inkread: Inkread, page: Page) => Promise<void>> = {
  "with an empty sheet": async () => {},
  "with an answer": async (inkread) => {
    await inkread.draw(SEVEN);
    await expect(inkread.answer).toHaveText("7");
  },
  "with a notice": async (inkread, page) => {
    await page.getByRole("button", { name: "Clear", exact: true }).click();
    await inkread.isTold("Already clear");
  },
  "with a correction": async (inkread, page) => {
    await inkread.draw(SEVEN);
    await page.getByRole("button", { name: "Wrong?" }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
  },
  "without pictures": async (_, page) => {
    await page.getByRole("button", { name: "Pictures" }).click();
    await expect(page.getByText("No picture yet")).toBeVisible();
  },
  "with a picture": async (inkread, page) => {
    await bring(page, "drop", [picture("7")]);
    await expect(inkread.answer).toHaveText("7");
  },
  "with a number": async (inkread) => {
    await inkread.choose("Number");
    await inkread.write([made[2] ?? [], made[0] ?? [], SEVEN]);
    await expect(inkread.answer).toHaveText("207");
  },
  "with a character chosen": async (inkread, page) => {
    await inkread.choose("Number");
    await inkread.write([made[2] ?? [], SEVEN]);
    await expect(inkread.answer).toHaveText("27");
    await inkread.character(1).click();
    await expect(page.getByRole("region", { name: "Chosen character" })).toContainText("Read as");
    await page.getByRole("textbox", { name: "Another character" }).fill("1");
    await page.getByRole("button", { name: "Help it learn…" }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
  },
  "with a picture of a number": async (inkread, page) => {
    await inkread.choose("Number");
    await bring(page, "drop", [picture("7")]);
    await expect(inkread.answer).toHaveText("7");
    await inkread.character(0).click();
    await expect(page.getByRole("region", { name: "Chosen character" })).toContainText("Read as 7");
  },
  "with the dialog to sign in, filled in wrong": async (_, page) => {
    await page.getByRole("button", { name: "Sign in" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: "New account" }).check({ force: true });
    await dialog.getByRole("button", { name: "Make the account" }).click();
    await expect(dialog.getByText("A name is missing.")).toBeVisible();
  },
  "with the menu of an account": async (inkread, page) => {
    await member(page);
    await inkread.open();
    await page.getByRole("button", { name: /^Your account,/ }).click();
    await expect(page.getByTestId("account-menu")).toBeVisible();
  },
  "with an account": async (_, page) => {
    await member(page);
    await page.goto("/account");
    await page.getByLabel("What it is for").fill("a script");
    await page.getByRole("button", { name: "Make a key" }).click();
    await expect(page.getByText(/^ink_/)).toBeVisible();
    await page.getByRole("button", { name: "Delete the account…" }).click();
    await expect(page.getByRole("list", { name: "Sessions" })).toContainText("This browser");
  },
  "with a history": async (_, page) => {
    const ada = await member(page);
    const seven = await saves(page, ada, SEVEN);
    await saves(page, ada, scribble);
    await corrects(page, ada, { strokes: SEVEN, label: "1", saved: seven });
    await page.goto("/history");
    await expect(page.getByText("Corrected", { exact: true }).last()).toBeVisible();
  },
  "with a history in which nothing is found": async (_, page) => {
    await member(page);
    await page.goto("/history");
    await page.getByRole("searchbox").fill("<nothing>");
    await expect(page.getByText("Nothing found")).toBeVisible();
  },
  "with a saved reading": async (_, page) => {
    await openReading(page);
    await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
  },
  "with what a link shows": async (_, page) => {
    await page.goto(await openReading(page));
    await expect(page.getByTestId("answer")).toHaveText("7");
  },
  "with a link that leads nowhere": async (_, page) => {
    await page.goto(`/s/${"x".repeat(32)}`);
    await expect(page.getByRole("heading", { name: "This link leads nowhere" })).toBeVisible();
  },
  "with corrections to review": async (_, page) => {
    const ada = await member(page);
    makeAdmin(ada);
    await corrects(page, ada, { strokes: SEVEN, label: "1", read: "7" });
    await page.goto("/review");
    await expect(page.getByRole("list", { name: "Corrections" })).toContainText("did not agree");
  },
  "with a table": async (_, page) => {
    await bring(page, "drop", [picture("7"), picture("4"), picture("K")]);
    await expect(page.getByText("3 of 3 read")).toBeVisible();
  },
  "with a digit asked for": async (_, page) => {
    await page.getByRole("button", { name: "Beat the reader" }).click();
    await page.getByRole("button", { name: "Done" }).click();
    await expect(page.getByRole("region", { name: "Challenge" })).toContainText("Draw it first.");
  },
  "with a round of the game": async (inkread, page) => {
    await page.evaluate(() => {
      Math.random = () => 0; // or it may ask for a small one, which this is not
    });
    await page.getByRole("button", { name: "Beat the reader" }).click();
    await page.getByRole("switch").check();
    await inkread.draw(SEVEN);
    await page.getByRole("button", { name: "Done" }).click();
    await expect(inkread.answer).toHaveText("7");
  },
};

for (const [device, options] of Object.entries({
  desktop: {},
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
} as const)) {
  test.describe(device, () => {
    test.use({ ...options, colorScheme: "light", reducedMotion: "reduce" } as Parameters<typeof test.use>[0]);
    for (const [state, reach] of Object.entries(STATES)) {
      test(`axe finds nothing to mend ${state}, nor in its dark colours`, async ({ inkread, page }) => {
        await inkread.open();
        await reach(inkread, page);
        expect(await violations(page)).toEqual([]);
        await page.emulateMedia({ colorScheme: "dark" });
        await settled(page);
        expect(await violations(page, "color-contrast")).toEqual([]);
      });
    }
  });
}

/** Until no colour changes any more. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)));
}

test("everything is reached by keyboard, without drawing", async ({ inkread, page }) => {
  await inkread.open();
  const press = async (name: string | RegExp, key: string) => {
    for (let tabs = 0; tabs < 40; tabs++) {
      await page.keyboard.press("Tab");
      const focused = page.locator(":focus");
      if ((await focused.count()) && (await focused.ariaSnapshot()).match(name))
        return page.keyboard.press(key);
    }
    throw new Error(`expected Tab to reach ${name}, got round the page without it`);
  };
  await press(/button "Pictures"/, "Enter");
  const chooser = page.waitForEvent("filechooser");
  await press(/Choose pictures/, "Enter");
  await (await chooser).setFiles(picture("7"));
  await expect(inkread.answer).toHaveText("7");

  await press(/Part that is read/, "Shift+ArrowLeft");
  await expect(page.getByRole("button", { name: "Whole picture" })).toBeVisible();
  await press(/button "Wrong\?"/, "Enter");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Wrong?" })).toBeFocused();
});

test("the answer is announced once the pen rests", async ({ inkread, page }) => {
  await inkread.open();
  await inkread.draw(SEVEN);
  await expect(page.getByRole("status")).toHaveText(/^7, .* sure$/);
});

test("nothing moves for those who want that", async ({ inkread, page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await inkread.open();
  await inkread.draw(SEVEN);
  await expect(inkread.answer).toHaveText("7");
  const moving = await page.evaluate(
    () =>
      document.getAnimations().filter(({ playState, effect }) => {
        const { duration } = effect?.getComputedTiming() ?? {};
        return playState === "running" && Number(duration) > 1;
      }).length,
  );
  expect(moving).toBe(0);
});

test("the theme follows the system until it is chosen, and is kept", async ({ inkread, page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await inkread.open();
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const dark = await background();
  await page.getByRole("button", { name: "Use the light theme" }).click();
  const light = await background();
  expect(light).not.toBe(dark);
  await page.reload();
  expect(await background()).toBe(light);
});
