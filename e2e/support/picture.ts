import { mkdir, stat } from "node:fs/promises";
import { chromium } from "playwright";
import { buildNeeded, buildWeb } from "./build-web.ts";
import { chromiumFlags, ensureChromium } from "./chromium.ts";
import { SignalboxServer } from "./signalbox-server.ts";

/**
 * `npm run picture`: the dashboard with the demo fleet at work, for the README. Taken when a lock is stuck, so that what the
 * panel is for can be seen; the section in question is selected, as one click on its badge does it.
 */
const folder = "web/picture";
const largestBytes = 400_000;
const stuckWithinMs = 300_000;

if (buildNeeded()) await buildWeb();
const server = await SignalboxServer.start({ args: ["--demo"] });
const browser = await chromium.launch({ executablePath: ensureChromium(), args: chromiumFlags() });
try {
  await mkdir(folder, { recursive: true });
  const pages = await Promise.all(
    (["dark", "light"] as const).map(async (colorScheme) => {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme, reducedMotion: "reduce" });
      await page.goto(`${server.url}/?layout=${colorScheme === "dark" ? "tracks" : "graph"}`);
      return { page, path: `${folder}/dashboard-${colorScheme}.png` };
    }),
  );
  console.log("The fleet is at work; waiting until one of its locks is stuck ...");
  for (const { page, path } of pages) {
    await page
      .getByRole("button", { name: /needs? you$/ })
      .and(page.getByRole("button", { name: /^\d/ }))
      .click({ timeout: stuckWithinMs });
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /shows no progress/ })
      .first()
      .click();
    await page.getByRole("button", { name: "Release…" }).first().waitFor();
    // The preview of a release has come.
    await page
      .getByText(/^Nobody waits for it$| gets /)
      .first()
      .waitFor();
    await page.mouse.move(720, 20);
    await page.screenshot({ path });
    const { size } = await stat(path);
    console.log(`${path}: ${Math.round(size / 1_000)} kB`);
    if (size > largestBytes) throw new Error(`${path} has ${size} bytes; more than ${largestBytes} is too much for a README.`);
  }
} finally {
  await browser.close();
  await server.remove();
}
