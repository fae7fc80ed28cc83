import { gzipSync } from "node:zlib";
import type { Response } from "@playwright/test";
import { expect, test } from "../e2e/support/inkread";
import { keep } from "./measured";

test("first_javascript", async ({ inkread, page }) => {
  const scripts: Response[] = [];
  page.on("response", (response) => {
    if (response.request().resourceType() === "script") scripts.push(response);
  });
  await inkread.open({ engine: "server" }); // by itself the page draws: the reader comes later
  await page.waitForLoadState("networkidle");
  const parts: Record<string, number> = {};
  for (const script of scripts) {
    const { pathname } = new URL(script.url());
    parts[pathname] = gzipSync(await script.body(), { level: 9 }).length / 1000; // KB
  }
  keep("first_javascript", { values: [sum(parts)], parts });
});

test("device_download", async ({ inkread, page }) => {
  const files: Response[] = [];
  page.context().on("response", (response) => {
    if (/worker|\.wasm|\.onnx/.test(response.url())) files.push(response);
  });
  await inkread.open({ engine: "device" });
  await inkread.deviceIsReady();
  const parts: Record<string, number> = {};
  for (const file of files) {
    const { pathname } = new URL(file.url());
    const encoding = (await file.headerValue("content-encoding")) ?? "as it is";
    const bytes = Number(await file.headerValue("content-length"));
    expect(bytes, pathname).toBeGreaterThan(0);
    parts[`${pathname}, ${encoding}`] = bytes / 1e6; // MB
  }
  expect(Object.keys(parts).length).toBeGreaterThanOrEqual(3); // worker, WebAssembly, model
  keep("device_download", { values: [sum(parts)], parts });
});

function sum(parts: Record<string, number>): number {
  return Object.values(parts).reduce((total, part) => total + part, 0);
}
