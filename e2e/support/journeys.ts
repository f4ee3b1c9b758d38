import { spawn } from "node:child_process";
import { buildNeeded, buildWeb } from "./build-web.ts";
import { ensureChromium } from "./chromium.ts";

/** `npm run e2e`: makes sure of a browser and a built dashboard, then runs the journeys. `--report FILE` writes Playwright's JSON. */
const args = process.argv.slice(2);
const at = args.indexOf("--report");
const report = at >= 0 ? args.splice(at, 2)[1] : undefined;

const chromePath = ensureChromium();
if (buildNeeded()) await buildWeb();
const child = spawn(process.execPath, ["node_modules/playwright/cli.js", "test", "--config", "e2e/support/playwright.config.ts", ...args], {
  stdio: "inherit",
  env: { ...process.env, CHROME_PATH: chromePath, ...(report ? { JOURNEY_REPORT: report } : {}) },
});
child.once("exit", (code) => {
  process.exitCode = code ?? 1;
});
