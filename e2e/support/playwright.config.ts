import { defineConfig } from "playwright/test";
import { chromiumFlags, findChromium } from "./chromium.ts";

const report = process.env.JOURNEY_REPORT;

/** Journeys wait for conditions only. One worker: each journey has its own server and worker processes on two cores. */
export default defineConfig({
  testDir: "../journeys",
  testMatch: "*.journey.ts",
  outputDir: "../../test-results",
  workers: 1,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [["list"], ...(report ? [["json", { outputFile: report }] as ["json", { outputFile: string }]] : [])],
  use: {
    browserName: "chromium",
    headless: true,
    viewport: { width: 1440, height: 900 },
    actionTimeout: 15_000,
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    launchOptions: { executablePath: findChromium(), args: chromiumFlags() },
  },
});
