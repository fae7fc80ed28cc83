import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig, devices } from "@playwright/test";

/**
 * The built page in Chromium, with the real server and the real model: `npm run build && npm run e2e`.
 *
 * CHROMIUM_PATH  the browser, by default Debian's package `chromium`, and `chromium-headless-shell` where there is one
 * INKREAD_BIN    the command that serves, by default the one `make` installs
 * INKREAD_DATA   handwriting: the digits drawn are then real ones
 */
const PORT = 8717;
// tests run in processes of their own: e2e/support/members.ts finds it here
process.env.E2E_DATABASE ??= `sqlite:///${join(tmpdir(), `inkread-e2e-${process.pid}.db`)}`;
const inkread = process.env.INKREAD_BIN ?? "../.venv/bin/inkread";
const chromium = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
if (!existsSync(chromium)) {
  throw new Error(
    `expected Chromium at ${chromium}, got none; install Debian's package chromium, or name one by CHROMIUM_PATH`,
  );
}

// The same Chromium without a browser's windows takes a third of the CPU time, and stands for it in all tests but those
// tagged @browser: they need a camera, or ask the browser itself.
const shell = "/usr/bin/chromium-headless-shell";
const light = process.env.CHROMIUM_PATH || !existsSync(shell) ? chromium : shell;
const launched = (executablePath: string) => ({
  launchOptions: {
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--use-fake-device-for-media-stream", // a camera that shows a pattern
    ],
  },
});

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  workers: 2, // two browsers: most tests wait for what the page shows, and take 7.1 minutes instead of 9.4 on two slow cores
  fullyParallel: false,
  forbidOnly: true,
  timeout: 60_000, // ms; two page files loaded from nothing take 26 s where two slow cores do two tests at once
  retries: process.env.CI ? 1 : 0, // a runner may be busy with something else; the list calls such a test flaky
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    ...devices["Desktop Chrome"],
    baseURL: `http://127.0.0.1:${PORT}`,
    viewport: { width: 1280, height: 800 },
    serviceWorkers: "block", // only the tests of it allow it
    // what happened, and a picture of the end; filming every test as well took half of all time: `--trace on` for one
    trace: { mode: "retain-on-failure", screenshots: false, snapshots: false },
    screenshot: "only-on-failure",
  },
  projects: [
    { name: "page", grepInvert: /@browser/, use: launched(light) },
    { name: "browser", grep: /@browser/, use: launched(chromium) },
  ],
  webServer: {
    command: `${inkread} serve --port ${PORT}`,
    url: `http://127.0.0.1:${PORT}/readyz`,
    env: {
      INKREAD_DATABASE_URL: process.env.E2E_DATABASE,
      INKREAD_LOG_LEVEL: "warning",
    },
    stdout: "ignore",
  },
});
