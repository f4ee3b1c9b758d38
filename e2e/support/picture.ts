import { mkdir, stat } from "node:fs/promises";
import { chromium } from "playwright";
import { buildNeeded, buildWeb } from "./build-web.ts";
import { chromiumFlags, ensureChromium } from "./chromium.ts";
import { SignalboxServer } from "./signalbox-server.ts";

/**
 * `npm run picture`: the dashboard with the demo fleet at work, for the README. Taken when a lock is stuck, so that what the
 * panel is for can be seen: in tracks with the section in question selected, in the graph with the whole fleet in sight.
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
  console.log("The fleet is at work; waiting until one of its locks is stuck and somebody waits for it ...");
  for (const { page, path } of pages) {
    const stuck = page.getByRole("region", { name: "What needs you" }).getByRole("button", { name: /shows no progress.*waits? behind it/ });
    await stuck.first().waitFor({ timeout: stuckWithinMs });
    if (path.includes("dark")) {
      await stuck.first().click();
      // The preview of a release has come.
      await page
        .getByText(/ gets /)
        .first()
        .waitFor();
    }
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
