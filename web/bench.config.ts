import { defineConfig } from "@playwright/test";
import config from "./playwright.config";

/** The page, measured: run by benchmarks/web.py, which starts the server (BENCH_URL) and reads BENCH_OUT. */
const { webServer: _, ...common } = config;

export default defineConfig(common, {
  testDir: "bench",
  testMatch: "*.bench.ts",
  workers: 1, // nothing else while one is timed
  timeout: 180_000, // ms
  reporter: [["line"]],
  use: { baseURL: process.env.BENCH_URL, trace: "off" },
});
