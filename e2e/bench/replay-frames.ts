import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Command } from "commander";
import { type Browser, chromium, type Page } from "playwright";
import { chromeOf } from "../../shared/trace/export/index.ts";
import { TraceReader } from "../../shared/trace/index.ts";
import { chromiumFlags, ensureChromium } from "../support/chromium.ts";
import { SignalboxServer } from "../support/signalbox-server.ts";
import { number, quantile, table } from "./figures.ts";
import { generateTrace } from "./generated-trace.ts";
import { fetchSpeedscope, framesWhile, measureSpeedscope, type SpeedscopeFigures, serveFolder } from "./speedscope.ts";
import { memoryMb } from "./usage.ts";

const options = new Command("bench:replay")
  .description(
    "A long trace in a real Chromium without a GPU: opened, gone to and fro in, its whole timeline panned and zoomed; and the same data in speedscope.",
  )
  .option("--events <n>", "length of the trace", Number, 1_000_000)
  .option("--agents <n>", "agents in it", Number, 200)
  .option("--resources <n>", "files that they share", Number, 1_000)
  .option("--seed <n>", "the same seed gives the same trace", Number, 1)
  .option("--file <file>", "measure with this .sbtrace instead")
  .option("--seeks <n>", "seeks of each way", Number, 60)
  .option("--seconds <n>", "measured seconds of each move", Number, 6)
  .option("--port <n>", "port of the server; the next one is the peer's", Number, 4790)
  .option("--no-speedscope", "without the peer, which is fetched from the registry")
  .option("--json <file>", "write the figures there")
  .parse()
  .opts<{
    events: number;
    agents: number;
    resources: number;
    seed: number;
    file?: string;
    seeks: number;
    seconds: number;
    port: number;
    speedscope: boolean;
    json?: string;
  }>();

interface Frames {
  readonly move: string;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly frames: number;
  /** Processor time of the page's main thread for one frame: what it needs whatever else runs on the machine. */
  readonly mainThreadMs: number;
}

const slider = "[role=slider][aria-label='Cursor in time']";
const lanes = "section[aria-label='Timeline lanes']";
const longMs = 3_600_000;

async function open(page: Page, file: string): Promise<{ firstPictureMs: number; wholeMs: number; events: number }> {
  await page.evaluate(`(() => {
    window.opened = {};
    const look = () => {
      const at = document.querySelector("${slider}");
      const shown = Number(at?.getAttribute("aria-valuenow")) > 0 && document.querySelector("${lanes}") !== null;
      if (shown && opened.picture === undefined) opened.picture = performance.now();
      if (shown && document.querySelector("[role=progressbar]") === null) { opened.whole = performance.now(); return; }
      setTimeout(() => requestAnimationFrame(look), opened.picture === undefined ? 0 : 100);
    };
    opened.begin = () => { opened.began = performance.now(); look(); };
  })()`);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Open a file…" }).click();
  const files = await chooser;
  await page.evaluate("opened.begin()");
  await files.setFiles(file);
  // The page's content policy lets no condition in that is made from text.
  while (!(await page.evaluate("opened.whole !== undefined"))) await page.waitForTimeout(500);
  const { began, picture, whole } = (await page.evaluate("opened")) as { began: number; picture: number; whole: number };
  return { firstPictureMs: picture - began, wholeMs: whole - began, events: Number(await page.locator(slider).getAttribute("aria-valuemax")) };
}

interface Seeks {
  readonly p50: number;
  readonly p99: number;
  readonly count: number;
  /** Processor time of the page's main thread for one seek. */
  readonly mainThreadMs: number;
}

/** From a press on the scrubber until the moment there is painted. */
async function seeks(page: Page, way: "forwards" | "backwards" | "random"): Promise<Seeks> {
  const { result: took, mainThreadMs } = await mainThread(page, () => seek(page, way));
  return { p50: quantile(took, 0.5), p99: quantile(took, 0.99), count: took.length, mainThreadMs: mainThreadMs / took.length };
}

/** What the page's main thread spends on it, in milliseconds of processor time. */
async function mainThread<T>(page: Page, run: () => Promise<T>): Promise<{ result: T; mainThreadMs: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const spent = async () => (await session.send("Performance.getMetrics")).metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN;
  const before = await spent();
  const result = await run();
  const mainThreadMs = ((await spent()) - before) * 1_000;
  await session.detach();
  return { result, mainThreadMs };
}

/** Milliseconds of each, sorted. */
async function seek(page: Page, way: "forwards" | "backwards" | "random"): Promise<number[]> {
  const shares = Array.from({ length: options.seeks }, (_, index) => {
    if (way === "random") return (((index + 1) * 0.618_033_988_75) % 1) * 0.98 + 0.01;
    const share = (index + 1) / (options.seeks + 1);
    return way === "forwards" ? share : 1 - share;
  });
  return (await page.evaluate(`(async () => {
    const slider = document.querySelector("${slider}");
    const track = slider.closest("div[style*=height]") ?? slider.parentElement;
    const box = track.getBoundingClientRect();
    const took = [];
    track.setPointerCapture = () => {};
    for (const share of ${JSON.stringify(shares)}) {
      const before = slider.getAttribute("aria-valuenow");
      const beganMs = performance.now();
      const painted = new Promise((done) => {
        const seen = new MutationObserver(() => {
          if (slider.getAttribute("aria-valuenow") === before) return;
          seen.disconnect();
          requestAnimationFrame(() => setTimeout(() => done(performance.now())));
        });
        seen.observe(slider, { attributes: true });
        setTimeout(() => { seen.disconnect(); done(undefined); }, 5_000);
      });
      track.dispatchEvent(new PointerEvent("pointerdown", { button: 0, pointerId: 1, clientX: box.left + share * box.width, clientY: box.top + 5, bubbles: true }));
      track.dispatchEvent(new PointerEvent("pointerup", { button: 0, pointerId: 1, clientX: box.left + share * box.width, clientY: box.top + 5, bubbles: true }));
      const at = await painted;
      if (at !== undefined) took.push(at - beganMs);
      await new Promise((next) => setTimeout(next, 60));
    }
    return took.sort((a, b) => a - b);
  })()`)) as number[];
}

async function frames(page: Page, move: string, zoom: boolean): Promise<Frames> {
  const { result, mainThreadMs } = await mainThread(page, () => page.evaluate(framesWhile(lanes, options.seconds, zoom)));
  const [p50Ms, p95Ms, p99Ms, count] = result as [number, number, number, number];
  return { move, p50Ms, p95Ms, p99Ms, frames: count, mainThreadMs: mainThreadMs / count };
}

/** Memory of the tab's process, its worker included. */
async function tabMemoryMb(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = (await session.send("SystemInfo.getProcessInfo")) as { processInfo: { type: string; id: number }[] };
  await session.detach();
  return Math.max(...processInfo.filter(({ type }) => type === "renderer").map(({ id }) => memoryMb(id)));
}

async function measure(browser: Browser, url: string, file: string) {
  const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } });
  page.setDefaultTimeout(longMs);
  page.on("pageerror", (error) => console.error(`In the page: ${error.message}`));
  await page.goto(`${url}/?view=traces`);
  await page.getByRole("button", { name: "Open a file…" }).waitFor();
  const emptyMb = await tabMemoryMb(browser);
  const opened = await open(page, file);
  await page.locator("body").press("1");
  await page.getByText("Timeline only", { exact: true }).click();
  const sought: Record<string, Seeks> = {};
  for (const way of ["forwards", "backwards", "random"] as const) sought[way] = await seeks(page, way);
  const moves: Frames[] = [];
  const showAll = () => page.click("button[aria-label^='Fit']");
  await showAll();
  moves.push(await frames(page, "pan, all of it", false));
  await showAll();
  moves.push(await frames(page, "zoom, from all of it", true));
  await showAll();
  for (let at = 0; at < 8; at++) await page.click("button[aria-label^='Zoom in']");
  moves.push(await frames(page, "pan, a 25th of it", false));
  await showAll();
  await page.getByText("by resource", { exact: true }).click();
  moves.push(await frames(page, "pan, all of it, by resource", false));
  const heapMb = ((await page.evaluate("performance.memory?.usedJSHeapSize ?? 0")) as number) / 1e6;
  const memory = { emptyMb, heapMb, tabMb: await tabMemoryMb(browser) };
  await page.close();
  return { ...opened, seeks: sought, moves, memory };
}

/** Beside it: the same trace as Chrome trace events in speedscope. */
async function compare(browser: Browser, file: string, folder: string): Promise<SpeedscopeFigures> {
  const events: Parameters<typeof chromeOf>[0]["events"] extends Iterable<infer One> ? One[] : never = [];
  const reader = new TraceReader((event) => events.push(event));
  const bytes = readFileSync(file);
  for (let at = 0; at < bytes.length; at += 1 << 20) reader.feed(bytes.subarray(at, at + (1 << 20)));
  const { trace } = reader.open ?? {};
  if (trace === undefined) throw new Error(`${file} holds no trace`);
  const { space, name, sinceMs, untilMs } = trace.header;
  const data = join(folder, "data.json");
  await pipeline(Readable.from(chromeOf({ space, name, sinceMs, untilMs, snapshot: trace.snapshot(), events })), createWriteStream(data));
  const server = await serveFolder(fetchSpeedscope(folder), { "/data.json": data }, options.port + 1);
  try {
    return await measureSpeedscope(browser, `http://127.0.0.1:${options.port + 1}`, statSync(data).size / 1e6, options.seconds);
  } finally {
    server.close();
  }
}

const folder = mkdtempSync(join(tmpdir(), "signalbox-replay-"));
const server = await SignalboxServer.start({ port: options.port, dataFolder: join(folder, "data") });
const browser = await chromium.launch({ executablePath: ensureChromium(), args: [...chromiumFlags(), "--enable-precise-memory-info"] });
try {
  const file = resolve(options.file ?? join(folder, "bench.sbtrace"));
  if (!existsSync(file)) await generateTrace(options, file);
  const load = [loadavg()[0] as number];
  const figures = await measure(browser, server.url, file);
  console.log(
    `${number(figures.events)} events, ${number(statSync(file).size / 1e6)} MB: first picture ${number(figures.firstPictureMs)} ms, whole index ${number(figures.wholeMs)} ms`,
  );
  for (const [way, { p50, p99, count, mainThreadMs }] of Object.entries(figures.seeks))
    console.log(`seek ${way.padEnd(9)} p50 ${number(p50, 1)} ms, p99 ${number(p99, 1)} ms (${count}), main thread ${number(mainThreadMs, 1)} ms each`);
  console.log(
    table(
      ["", "frame p50 ms", "p95", "p99", "frames", "main thread ms a frame"],
      figures.moves.map((one) => [one.move, number(one.p50Ms, 1), number(one.p95Ms, 1), number(one.p99Ms, 1), number(one.frames), number(one.mainThreadMs, 2)]),
    ),
  );
  const { emptyMb, heapMb, tabMb } = figures.memory;
  console.log(`memory: page's heap ${number(heapMb)} MB, tab's process ${number(tabMb)} MB (${number(emptyMb)} MB before it was opened)`);
  let peer: SpeedscopeFigures | { outcome: string } | undefined;
  if (options.speedscope) {
    peer = await compare(browser, file, folder).catch((error: unknown) => ({ outcome: String(error).slice(0, 300) }));
    console.log(`speedscope: ${JSON.stringify(peer)}`);
  }
  load.push(loadavg()[0] as number);
  console.log(`${cpus().length} cores, load ${load.map((value) => value.toFixed(1)).join(" to ")}: figures taken beside other work are too high.`);
  if (options.json !== undefined)
    writeFileSync(
      options.json,
      `${JSON.stringify({ node: process.version, cores: cpus().length, load, options, figures, ...(peer === undefined ? {} : { speedscope: peer }) }, null, 2)}\n`,
    );
} finally {
  await browser.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
