import { execFileSync } from "node:child_process";
import { createReadStream } from "node:fs";
import { createServer, type Server } from "node:http";
import { extname, join } from "node:path";
import type { Browser } from "playwright";

/** The peer beside which our figures stand, fetched from the registry when the bench runs: no part of the project needs it. */
const version = "1.25.0";
const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".woff2": "font/woff2",
};

export interface SpeedscopeFigures {
  readonly version: string;
  readonly fileMb: number;
  /** What it did. */
  readonly outcome: string;
  readonly openMs: number | null;
  readonly frameP50Ms: number | null;
  readonly frameP95Ms: number | null;
  readonly heapMb: number | null;
}

/** Puts speedscope's built page into a folder. Throws where the registry cannot be reached. */
export function fetchSpeedscope(folder: string): string {
  execFileSync("npm", ["install", "--no-save", "--ignore-scripts", "--prefix", folder, `speedscope@${version}`], { stdio: ["ignore", "ignore", "pipe"] });
  return join(folder, "node_modules/speedscope/dist/release");
}

export function serveFolder(folder: string, extra: Readonly<Record<string, string>>, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://x").pathname);
    const file = extra[path] ?? join(folder, path === "/" ? "index.html" : path.replaceAll("..", ""));
    response.setHeader("content-type", types[extname(file)] ?? "application/octet-stream");
    createReadStream(file)
      .on("error", () => response.writeHead(404).end())
      .pipe(response);
  });
  return new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve(server)));
}

/** Opens the same data, written as Chrome trace events, and drags the picture to and fro. */
export async function measureSpeedscope(browser: Browser, url: string, fileMb: number, seconds: number): Promise<SpeedscopeFigures> {
  const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } });
  const failed = { version, fileMb, openMs: null, frameP50Ms: null, frameP95Ms: null, heapMb: null };
  const said: string[] = [];
  page.on("console", (message) => message.type() === "error" && said.push(message.text().slice(0, 200)));
  page.on("pageerror", (error) => said.push(error.message.slice(0, 200)));
  let crashed = false;
  page.on("crash", () => {
    crashed = true;
  });
  const begunMs = performance.now();
  try {
    await page.goto(`${url}/#profileURL=${encodeURIComponent(`${url}/data.json`)}`);
    await page.locator("canvas").first().waitFor({ timeout: 300_000 });
    const openMs = performance.now() - begunMs;
    const frames = (await page.evaluate(framesWhile("canvas", seconds))) as number[];
    const heap = (await page.evaluate("performance.memory?.usedJSHeapSize ?? 0")) as number;
    return { version, fileMb, outcome: "opened", openMs, frameP50Ms: frames[0] ?? null, frameP95Ms: frames[1] ?? null, heapMb: heap / 1e6 };
  } catch (error) {
    const shown = await page
      .locator("body")
      .textContent({ timeout: 2_000 })
      .catch(() => "");
    const why = crashed ? "its tab crashed" : (said[0] ?? (shown || String(error)).split("\n")[0]?.slice(0, 200));
    return { ...failed, outcome: `not opened after ${Math.round((performance.now() - begunMs) / 1_000)} s: ${why}` };
  } finally {
    await page.close();
  }
}

/** A script that pans and zooms with the wheel, once a frame, and gives p50, p95 and p99 of the time between frames. */
export function framesWhile(target: string, seconds: number, zoom = false): string {
  const move = zoom
    ? "new WheelEvent('wheel', { deltaY: frame % 80 < 40 ? -30 : 30, ctrlKey: true, metaKey: true, clientX: 700, clientY: box.y + 60, bubbles: true, cancelable: true })"
    : "new WheelEvent('wheel', { deltaX: frame % 120 < 60 ? -12 : 12, clientX: 700, clientY: box.y + 60, bubbles: true, cancelable: true })";
  return `new Promise((done) => {
    const element = document.querySelector("${target}");
    const box = element.getBoundingClientRect();
    const frames = [];
    const startMs = performance.now();
    let lastMs, frame = 0;
    const step = (nowMs) => {
      if (lastMs !== undefined) frames.push(nowMs - lastMs);
      lastMs = nowMs;
      if (performance.now() - startMs > ${seconds * 1_000}) {
        frames.splice(0, 2);
        frames.sort((a, b) => a - b);
        const at = (share) => frames[Math.min(frames.length - 1, Math.max(0, Math.ceil(share * frames.length) - 1))];
        return done([at(0.5), at(0.95), at(0.99), frames.length]);
      }
      element.dispatchEvent(${move});
      frame++;
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  })`;
}
