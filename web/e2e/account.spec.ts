import type { Page } from "@playwright/test";
import { expect, Inkread, test } from "./support/inkread";
import { newName, PASSWORD, signedIn } from "./support/members";
import { made } from "./support/strokes";

const SEVEN = made[7] ?? [];

/** Fills the dialog to sign in and sends it. */
async function enter(page: Page, name: string, password: string, way: "Sign in" | "New account") {
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("radio", { name: way }).check({ force: true });
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("Password").fill(password);
  await dialog.getByRole("button", { name: way === "Sign in" ? "Sign in" : "Make the account" }).click();
}

const menuOf = (page: Page) => page.getByRole("button", { name: /^Your account,/ });

async function openFromMenu(page: Page, entry: string) {
  await menuOf(page).click();
  await page.getByTestId("account-menu").getByRole("button", { name: entry, exact: true }).click();
}

test("a drawing made without an account is kept by making one, and its reading with it", async ({
  inkread,
  page,
}) => {
  const name = newName();
  await inkread.open();
  await inkread.draw(SEVEN);
  await expect(inkread.answer).toHaveText("7");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("dialog")).toContainText("it is saved to your history");
  await enter(page, name, PASSWORD, "New account");
  await expect(page.getByRole("button", { name: "Saved", exact: true })).toBeVisible();
  await expect(inkread.sheet).toHaveAccessibleName("Sheet with 2 strokes");

  await openFromMenu(page, "History");
  await expect(page).toHaveURL(/\/history$/);
  const saved = page.getByRole("list", { name: "Saved readings" }).getByRole("listitem");
  await expect(saved).toHaveCount(1);
  await expect(saved).toContainText("7");

  await openFromMenu(page, "Sign out");
  await expect(page.getByText("What you save is kept here")).toBeVisible();
  await expect(saved).toHaveCount(0);

  await page.getByRole("banner").getByRole("button", { name: "Sign in" }).click();
  await enter(page, name.toUpperCase(), PASSWORD, "Sign in"); // in any case
  await expect(saved).toHaveCount(1);
  await page.reload();
  await expect(saved).toHaveCount(1);
});

test("who has no account is not asked for one, and the server is not asked for them", async ({
  inkread,
  page,
}) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await inkread.open();
  await inkread.draw(SEVEN);
  await expect(inkread.answer).toHaveText("7");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect(asked.filter((path) => /account|session|readings/.test(path))).toEqual([]);
});

test("what is wrong is said at its field, and nothing typed is lost", async ({ inkread, page }) => {
  const taken = await signedIn(page);
  await page.context().clearCookies();
  await inkread.open();
  await page.getByRole("banner").getByRole("button", { name: "Sign in" }).click();
  const dialog = page.getByRole("dialog");

  await enter(page, "", "", "New account");
  await expect(dialog.getByLabel("Name")).toHaveAccessibleDescription("A name is missing.");
  await expect(dialog.getByLabel("Name")).toBeFocused();
  await enter(page, "Ada", "short", "New account");
  await expect(dialog.getByLabel("Password")).toHaveAccessibleDescription(
    "A password has at least 8 characters; this one has 5.",
  );
  await enter(page, taken.name, PASSWORD, "New account");
  await expect(dialog.getByLabel("Name")).toHaveAccessibleDescription(/is taken; choose another/);
  await enter(page, taken.name, "another horse", "Sign in");
  await expect(dialog.getByRole("alert")).toHaveText("The name or the password is wrong.");
  await expect(dialog.getByLabel("Name")).toHaveValue(taken.name);
  await expect(dialog.getByLabel("Password")).toHaveValue("another horse");

  await page.context().setOffline(true);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(dialog.getByRole("alert")).toContainText("cannot be reached");
  await page.context().setOffline(false);
  await page.keyboard.press("Escape");
  await page.getByRole("banner").getByRole("button", { name: "Sign in" }).click();
  await expect(dialog.getByLabel("Name")).toHaveValue(taken.name);
});

test("a name is text, whatever it says", async ({ inkread, page }) => {
  const name = newName("<img src=x onerror=alert(1)>").slice(0, 40);
  const alerts: string[] = [];
  page.on("dialog", (dialog) => {
    alerts.push(dialog.message());
    void dialog.dismiss();
  });
  await signedIn(page, name);
  await inkread.open();
  await menuOf(page).click();
  await expect(page.getByTestId("account-menu")).toContainText(`Signed in as ${name}`);
  await page.getByTestId("account-menu").getByRole("button", { name: "Account" }).click();
  await expect(page.getByRole("heading", { name, exact: true })).toBeVisible();
  await page.getByLabel("What it is for").fill("<b>nightly</b> & 'more'");
  await page.getByRole("button", { name: "Make a key" }).click();
  await expect(page.getByRole("list", { name: "Keys" })).toContainText("<b>nightly</b> & 'more'");
  expect(alerts).toEqual([]);
});

test("a key for scripts is shown once, works, and ends when it is revoked", async ({ page }) => {
  const name = newName();
  await signedIn(page, name);
  await page.goto("/account");
  await page.getByLabel("What it is for").fill("nightly");
  await page.getByRole("button", { name: "Make a key" }).click();
  const shown = page.getByText(/^ink_/);
  const key = (await shown.textContent()) ?? "";
  const asks = () =>
    page.request.get("/api/v1/readings", { headers: { Authorization: `Bearer ${key}`, Cookie: "" } });
  expect((await asks()).status()).toBe(200);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key);
  await expect(page.getByRole("region", { name: "Notices" })).not.toContainText(key);

  await page.reload();
  await expect(page.getByRole("list", { name: "Keys" })).toContainText(`Ends in ${key.slice(-4)}`);
  await expect(shown).toHaveCount(0);
  await page.getByRole("button", { name: "Revoke the key nightly" }).click();
  await expect(page.getByRole("list", { name: "Keys" }).getByRole("listitem")).toHaveCount(0);
  expect((await asks()).status()).toBe(401);
});

test("another browser is signed out from here, and says so where it is", async ({ page, browser }) => {
  const ada = await signedIn(page);
  const elsewhere = await browser.newContext({ serviceWorkers: "block" });
  const other = await elsewhere.newPage();
  await signedIn(other, ada.name);
  const there = new Inkread(other);
  await there.open();
  await there.draw(SEVEN);
  await expect(there.answer).toHaveText("7");

  await page.goto("/account");
  await page.getByRole("button", { name: "Sign out there" }).click();
  await expect(page.getByRole("list", { name: "Sessions" }).getByRole("listitem")).toHaveCount(1);

  await other.getByRole("button", { name: "Save", exact: true }).click();
  await there.isTold("Signed out");
  await expect(there.sheet).toHaveAccessibleName("Sheet with 2 strokes");
  await other.getByRole("button", { name: "Save", exact: true }).click();
  await enter(other, ada.name, PASSWORD, "Sign in");
  await expect(other.getByRole("button", { name: "Saved", exact: true })).toBeVisible();
  await elsewhere.close();
});

test("the password is changed, and the old one signs nobody in", async ({ page }) => {
  const ada = await signedIn(page);
  await page.goto("/account");
  await page.getByLabel("Until now").fill("not the one");
  await page.getByLabel("From now on").fill("another horse battery");
  const change = page.getByRole("button", { name: "Change the password" });
  await change.click();
  await expect(page.getByLabel("Until now")).toHaveAccessibleDescription(/wrong/);
  await page.getByLabel("Until now").fill(PASSWORD);
  await change.click();
  await expect(page.getByText("The password is changed")).toBeVisible();
  const old = await page.request.post("/api/v1/session", { data: { name: ada.name, password: PASSWORD } });
  expect(old.status()).toBe(403);
});

test("a session of another tab does not get in the way of this one", async ({ inkread, page }) => {
  const ada = await signedIn(page);
  await inkread.open();
  await inkread.draw(SEVEN);
  await expect(inkread.answer).toHaveText("7");
  await signedIn(page, ada.name); // as another tab of this browser would: another cookie, another token
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("button", { name: "Saved", exact: true })).toBeVisible();
});

test("all of one's data is a zip file, and leaving leaves nothing behind", async ({ page }) => {
  const ada = await signedIn(page);
  await page.goto("/account");
  const coming = page.waitForEvent("download");
  await page.getByRole("link", { name: "Take it along" }).click();
  expect((await coming).suggestedFilename()).toBe("inkread.zip");

  await page.getByRole("button", { name: "Delete the account…" }).click();
  const form = page.getByRole("form", { name: "Delete the account" });
  await form.getByLabel("Your password").fill("not the one");
  await form.getByRole("button", { name: "Delete for good" }).click();
  await expect(form.getByLabel("Your password")).toHaveAccessibleDescription(/wrong/);
  await form.getByLabel("Your password").fill(PASSWORD);
  await form.getByRole("button", { name: "Delete for good" }).click();
  await expect(page.getByText("The account is deleted")).toBeVisible();
  await expect(page.getByRole("banner").getByRole("button", { name: "Sign in" })).toBeVisible();
  const gone = await page.request.post("/api/v1/session", { data: { name: ada.name, password: PASSWORD } });
  expect(gone.status()).toBe(403);
});

test("no view of an account breaks the page's security policy or fails silently", async ({
  inkread,
  page,
}) => {
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto("/history");
  await expect(page.getByText("What you save is kept here")).toBeVisible();
  await page.goto("/account");
  await expect(page.getByText("Sign in to see your account.")).toBeVisible();
  await inkread.open();
  await inkread.draw(SEVEN);
  await expect(inkread.answer).toHaveText("7");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await enter(page, newName(), PASSWORD, "New account");
  await page.getByRole("button", { name: "Saved", exact: true }).click();
  await page.getByRole("list", { name: "Saved readings" }).getByRole("button").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Make a link" }).click();
  const address = await dialog.getByRole("textbox", { name: "Link" }).inputValue();
  await page.keyboard.press("Escape");
  await openFromMenu(page, "Account");
  await expect(page.getByRole("list", { name: "Links" })).toContainText("holds until revoked");
  await page.goto(address);
  await expect(page.getByTestId("answer")).toHaveText("7");
  expect(complaints).toEqual([]);
});

test("the menu is reached, walked and left by keyboard", async ({ inkread, page }) => {
  await signedIn(page);
  await inkread.open();
  await menuOf(page).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("account-menu")).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByTestId("account-menu").getByRole("button", { name: "History" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("account-menu")).toBeHidden();
  await expect(menuOf(page)).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "History" })).toBeFocused();
  await page.goBack();
  await expect(inkread.sheet).toBeVisible();
});

test("the focus is in the field to fill in first, and goes on to where the account is", async ({
  inkread,
  page,
}) => {
  await inkread.open();
  await page.getByRole("banner").getByRole("button", { name: "Sign in" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog").getByLabel("Name")).toBeFocused();
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("ArrowRight");
  await page.getByRole("dialog").getByLabel("Name").fill(newName());
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(menuOf(page)).toBeFocused();
});
