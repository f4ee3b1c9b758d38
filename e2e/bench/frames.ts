import { writeFileSync } from "node:fs";
import type { CDPSession, Page } from "playwright";
import { number, quantile, table } from "./figures.ts";

/** What one part of a drawing benchmark came to. */
export interface PartFigures {
  readonly part: string;
  readonly frames: number;
  /** Between two frames of the browser, so with everything: folding, React, raster. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
  readonly longTasks: number;
  readonly longestTaskMs: number;
  /** Processor time of the page's main thread, in milliseconds a second: what it needs whatever else runs on the machine. */
  readonly mainThreadMs: number;
}

/** Collects gaps between frames and long tasks in the page until `stop` is called. */
const begin = `(() => {
  const frames = [], tasks = [];
  const observer = new PerformanceObserver((list) => { for (const entry of list.getEntries()) tasks.push(entry.duration); });
  observer.observe({ type: "longtask" });
  let lastMs, running = true;
  const step = (nowMs) => {
    if (!running) return;
    if (lastMs !== undefined) frames.push(nowMs - lastMs);
    lastMs = nowMs;
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
  window.benchStop = () => { running = false; observer.disconnect(); return { frames, tasks }; };
})()`;

async function mainThreadSeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN;
}

/** Frames of a real page while something is done to it; `profile` is the file of a processor profile, which slows it a little. */
export async function measureFrames(page: Page, part: string, during: () => Promise<void>, profile?: string): Promise<PartFigures> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  if (profile !== undefined) {
    await session.send("Profiler.enable");
    await session.send("Profiler.start");
  }
  await page.evaluate(begin);
  const beganMs = performance.now();
  const beganSeconds = await mainThreadSeconds(session);
  await during();
  const spentSeconds = (await mainThreadSeconds(session)) - beganSeconds;
  const tookMs = performance.now() - beganMs;
  const { frames, tasks } = (await page.evaluate("benchStop()")) as { frames: number[]; tasks: number[] };
  if (profile !== undefined) writeFileSync(profile, JSON.stringify((await session.send("Profiler.stop")).profile));
  await session.detach();
  const sorted = [...frames].sort((a, b) => a - b);
  return {
    part,
    frames: frames.length,
    p50Ms: quantile(sorted, 0.5),
    p95Ms: quantile(sorted, 0.95),
    maxMs: sorted.at(-1) ?? Number.NaN,
    longTasks: tasks.length,
    longestTaskMs: Math.max(0, ...tasks),
    mainThreadMs: (1_000_000 * spentSeconds) / tookMs,
  };
}

/** The figures as a table, a line a part, with further columns of one's own. */
export function frameTable<Part extends PartFigures>(parts: readonly Part[], more: Readonly<Record<string, (part: Part) => number>> = {}): string {
  return table(
    ["", "p50 ms", "p95 ms", "worst ms", "long tasks", "longest ms", "frames", ...Object.keys(more), "main thread ms/s"],
    parts.map((part) => [
      part.part,
      number(part.p50Ms, 1),
      number(part.p95Ms, 1),
      number(part.maxMs, 1),
      number(part.longTasks),
      number(part.longestTaskMs),
      number(part.frames),
      ...Object.values(more).map((of) => number(of(part))),
      number(part.mainThreadMs),
    ]),
  );
}
