import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { type Browser, chromium, type Page } from "playwright";
import { build, preview } from "vite";
import { chromiumFlags, ensureChromium } from "../support/chromium.ts";
import { number } from "./figures.ts";
import { frameTable, measureFrames, type PartFigures } from "./frames.ts";

const options = new Command("bench:graph")
  .description("Frame times of the graph in headless Chromium without a GPU, built as for production, fed in the page with events at a steady rate.")
  .option("--agents <counts>", "fleet sizes", (text) => text.split(",").map(Number), [200, 1_000, 5_000, 10_000])
  .option("--rate <n>", "events a second", Number, 1_000)
  .option("--seconds <n>", "measured seconds of each part", Number, 5)
  .option("--port <n>", "port of the page", Number, 4757)
  .option("--json <file>", "write every measurement there")
  .parse()
  .opts<{ agents: number[]; rate: number; seconds: number; port: number; json?: string }>();

interface Part extends PartFigures {
  /** Cards that are elements of the page. */
  readonly mounted: number;
  readonly eventsPerSecond: number;
}

const viewport = { width: 1_440, height: 900 };

async function measure(page: Page, part: string, during: () => Promise<void>): Promise<Part> {
  const shown = () => page.evaluate<number>("window.benchEvents");
  const beganMs = performance.now();
  const before = await shown();
  const figures = await measureFrames(page, part, during);
  const events = (await shown()) - before;
  const mounted = await page.locator(".react-flow__node").count();
  return { ...figures, mounted, eventsPerSecond: (1_000 * events) / (performance.now() - beganMs) };
}

const still = (page: Page) => () => page.waitForTimeout(options.seconds * 1_000);

/** Drags the ground to and fro, as somebody who looks around. */
const panning = (page: Page) => async () => {
  const [x, y] = [viewport.width / 2, viewport.height - 8];
  const untilMs = performance.now() + options.seconds * 1_000;
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let step = 0; performance.now() < untilMs; step++) {
    await page.mouse.move(x + 160 * Math.sin(step / 9), y - 120 + 110 * Math.cos(step / 13));
    await page.waitForTimeout(12);
  }
  await page.mouse.up();
};

/** Turns the wheel down and up again. */
const scrolling = (page: Page) => async () => {
  const untilMs = performance.now() + options.seconds * 1_000;
  await page.mouse.move(viewport.width / 2, viewport.height / 2);
  for (let step = 0; performance.now() < untilMs; step++) {
    await page.mouse.wheel(0, 60 * Math.sign(Math.sin(step / 40)));
    await page.waitForTimeout(16);
  }
};

/** Zooms in until cards stand there. */
async function goNear(page: Page): Promise<void> {
  await page.mouse.move(viewport.width * 0.4, viewport.height * 0.4);
  for (let step = 0; step < 60; step++) {
    if ((await page.locator(".react-flow__node").count()) > 0) return;
    await page.mouse.wheel(0, -180);
    await page.waitForTimeout(120);
  }
  throw new Error("No card came near: zooming in mounted no node.");
}

async function measureFleet(browser: Browser, url: string, agents: number) {
  const page = await browser.newPage({ viewport });
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  await page.goto(`${url}/dev/graph-bench.html?view=graph&agents=${agents}&rate=${options.rate}&theme=dark`);
  await page.waitForFunction(() => performance.getEntriesByName("signalbox:graph-drawn").length > 0, undefined, { timeout: 60_000 });
  const firstPictureMs = await page.evaluate(
    () =>
      (performance.getEntriesByName("signalbox:graph-drawn")[0]?.startTime ?? Number.NaN) -
      (performance.getEntriesByName("bench:fed")[0]?.startTime ?? Number.NaN),
  );
  // The page has just loaded: what it still compiles belongs to the first picture.
  await page.waitForTimeout(2_000);
  const parts = [await measure(page, "whole graph, still", still(page)), await measure(page, "whole graph, panning", panning(page))];
  await goNear(page);
  await page.waitForTimeout(1_000);
  parts.push(await measure(page, "near, still", still(page)), await measure(page, "near, panning", panning(page)));
  await page.goto(`${url}/dev/graph-bench.html?view=tracks&agents=${agents}&rate=${options.rate}&theme=dark`);
  await page.waitForSelector("[data-row]", { timeout: 60_000 });
  await page.waitForTimeout(2_000);
  parts.push(await measure(page, "tracks, still", still(page)), await measure(page, "tracks, scrolling", scrolling(page)));
  await page.close();
  if (problems.length > 0) throw new Error(`The page failed with ${agents} agents: ${problems.join("; ")}`);
  return { agents, firstPictureMs, parts };
}

const outDir = mkdtempSync(join(tmpdir(), "signalbox-graph-"));
const loadBefore = loadavg()[0];
await build({ logLevel: "warn", build: { outDir, emptyOutDir: true, rollupOptions: { input: resolve("web/dev/graph-bench.html") } } });
const server = await preview({ logLevel: "warn", build: { outDir }, preview: { port: options.port, strictPort: true, host: "127.0.0.1" } });
const browser = await chromium.launch({ executablePath: ensureChromium(), args: chromiumFlags() });
const fleets = [];
try {
  for (const agents of options.agents) {
    const fleet = await measureFleet(browser, `http://127.0.0.1:${options.port}`, agents);
    fleets.push(fleet);
    console.log(
      `\n${number(agents)} agents and as many sections, ${number(options.rate)} events/s; first picture ${number(fleet.firstPictureMs)} ms after the snapshot is there`,
    );
    console.log(frameTable(fleet.parts, { cards: ({ mounted }) => mounted, "events/s": ({ eventsPerSecond }) => eventsPerSecond }));
  }
} finally {
  await browser.close();
  await server.close();
  rmSync(outDir, { recursive: true, force: true });
}
console.log(
  `\n${cpus().length} cores (${cpus()[0]?.model.trim()}), load ${number(loadBefore ?? Number.NaN, 1)} before, ${viewport.width}×${viewport.height}, no GPU. Targets: p95 17 ms or less; first picture of 10 000 within 1 s.`,
);
if (options.json !== undefined)
  writeFileSync(options.json, JSON.stringify({ atMs: Date.now(), loadBefore, viewport, rate: options.rate, seconds: options.seconds, fleets }, null, 2));
