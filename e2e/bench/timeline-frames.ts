import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { type Browser, chromium, type Page } from "playwright";
import { createServer } from "vite";
import { chromiumFlags, ensureChromium } from "../support/chromium.ts";
import { number, quantile, table } from "./figures.ts";

/** What one drawing of the timeline costs with 500 lanes, 200,000 segments and 1,000 new events a second, in headless Chromium without a GPU. */

interface Options {
  readonly json?: string;
  readonly port: string;
  readonly agents: string;
  readonly segments: string;
  readonly rate: string;
  readonly seconds: string;
}

interface Figures {
  readonly scenario: string;
  /** JavaScript time of one drawing. */
  readonly drawP50Ms: number;
  readonly drawP95Ms: number;
  readonly drawMaxMs: number;
  readonly drawsPerSecond: number;
  /** Between two frames of the browser, so with everything: folding, React, raster. */
  readonly frameP50Ms: number;
  readonly frameP95Ms: number;
}

const viewport = { width: 1_440, height: 900 };

/** How the view is moved while it is measured, once a frame; runs in the page. */
const moves = {
  stand: "",
  pan: "region.dispatchEvent(new WheelEvent('wheel', { deltaX: frame % 120 < 60 ? -12 : 12, bubbles: true, cancelable: true }));",
  zoom: "region.dispatchEvent(new WheelEvent('wheel', { deltaY: frame % 80 < 40 ? -30 : 30, ctrlKey: true, clientX: 700, clientY: 400, bubbles: true, cancelable: true }));",
  scroll: "region.scrollTop += frame % 200 < 100 ? 23 : -23;",
} as const;

async function measure(page: Page, scenario: string, move: keyof typeof moves, seconds: number): Promise<Figures> {
  const script = `new Promise((done) => {
    const region = document.querySelector("section[aria-label='Timeline lanes']");
    bench.drawMs.length = 0;
    const frames = [];
    const startMs = performance.now();
    let lastMs = startMs;
    let frame = 0;
    const step = (nowMs) => {
      frames.push(nowMs - lastMs);
      lastMs = nowMs;
      if (performance.now() - startMs > ${seconds * 1_000}) { done({ frames: frames.slice(2), draws: [...bench.drawMs], tookMs: performance.now() - startMs }); return; }
      ${moves[move]}
      frame++;
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  })`;
  const { frames, draws, tookMs } = (await page.evaluate(script)) as { frames: number[]; draws: number[]; tookMs: number };
  const [sortedFrames, sortedDraws] = [frames, draws].map((values) => [...values].sort((a, b) => a - b)) as [number[], number[]];
  return {
    scenario,
    drawP50Ms: quantile(sortedDraws, 0.5),
    drawP95Ms: quantile(sortedDraws, 0.95),
    drawMaxMs: quantile(sortedDraws, 1),
    drawsPerSecond: (draws.length * 1_000) / tookMs,
    frameP50Ms: quantile(sortedFrames, 0.5),
    frameP95Ms: quantile(sortedFrames, 0.95),
  };
}

async function measureLanes(
  browser: Browser,
  url: string,
  by: "agent" | "resource",
  options: Options,
): Promise<{ figures: Figures[]; fill: Record<string, number> }> {
  const page = await browser.newPage({ viewport });
  page.on("pageerror", (error) => console.error(`In the page: ${error.message}`));
  const { agents, segments, rate } = options;
  await page.goto(`${url}/dev/timeline-bench.html?agents=${agents}&resources=${agents}&segments=${segments}&rate=${rate}&lanes=${by}`);
  await page.waitForFunction("bench.ready && bench.appended > 0", undefined, { timeout: 300_000 });
  const seconds = Number(options.seconds);
  const figures: Figures[] = [];
  const run = async (what: string, move: keyof typeof moves) => figures.push(await measure(page, `by ${by}: ${what}`, move, seconds));
  await run("follow, 4 min", "stand");
  await run("scroll lanes", "scroll");
  await page.click("button[aria-label^='Fit']");
  await run("follow, all", "stand");
  await run("zoom", "zoom");
  await run("pan, all", "pan");
  await page.keyboard.press("l");
  const fill = (await page.evaluate(
    "({ segments: benchLanes(), appended: bench.appended, foldUsPerEvent: (bench.foldMs.reduce((sum, ms) => sum + ms, 0) * 1000) / bench.appended, heapMb: performance.memory ? performance.memory.usedJSHeapSize / 1e6 : 0 })",
  )) as Record<string, number>;
  await page.close();
  return { figures, fill };
}

const command = new Command()
  .option("--json <file>", "write the figures there too")
  .option("--port <port>", "port of the page's server", "4761")
  .option("--agents <count>", "lanes of either kind", "500")
  .option("--segments <count>", "closed segments before it begins", "200000")
  .option("--rate <events>", "new events a second", "1000")
  .option("--seconds <seconds>", "how long each way is measured", "6");
const options = command.parse().opts<Options>();

const server = await createServer({
  configFile: fileURLToPath(new URL("../../vite.config.ts", import.meta.url)),
  server: { port: Number(options.port), strictPort: true, hmr: false },
  logLevel: "error",
});
await server.listen();
const browser = await chromium.launch({ executablePath: ensureChromium(), args: chromiumFlags() });
try {
  const url = `http://127.0.0.1:${options.port}`;
  const figures: Figures[] = [];
  const fills: Record<string, Record<string, number>> = {};
  const loadBefore = loadavg()[0] as number;
  for (const by of ["agent", "resource"] as const) {
    const measured = await measureLanes(browser, url, by, options);
    figures.push(...measured.figures);
    fills[by] = measured.fill;
  }
  const load = [loadBefore, loadavg()[0] as number];
  console.log(
    table(
      ["", "draw p50 ms", "p95", "max", "draws/s", "frame p50 ms", "p95"],
      figures.map((one) => [
        one.scenario,
        number(one.drawP50Ms, 1),
        number(one.drawP95Ms, 1),
        number(one.drawMaxMs, 1),
        number(one.drawsPerSecond, 1),
        number(one.frameP50Ms, 1),
        number(one.frameP95Ms, 1),
      ]),
    ),
  );
  for (const [by, fill] of Object.entries(fills)) {
    console.log(
      `by ${by}: ${number(fill.segments ?? 0)} segments, ${number(fill.appended ?? 0)} events appended, ${number(fill.foldUsPerEvent ?? 0, 1)} µs to fold one, heap ${number(fill.heapMb ?? 0)} MB`,
    );
  }
  console.log(`${cpus().length} cores, load ${load.map((value) => value.toFixed(1)).join(" to ")}: figures taken beside other work are too high.`);
  if (options.json !== undefined)
    writeFileSync(options.json, `${JSON.stringify({ options, viewport, cores: cpus().length, load, figures, fills }, null, 2)}\n`);
} finally {
  await browser.close();
  await server.close();
}
