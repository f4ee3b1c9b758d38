import { createReadStream } from "node:fs";
import { Random } from "../../shared/sim/random.ts";
import { type OpenTrace, TraceReader } from "../../shared/trace/index.ts";
import { quantile } from "./figures.ts";

/** Opens one trace in a process of its own, as a viewer's worker would, and says what that took. */

export interface SeekFigures {
  readonly p50: number;
  readonly p99: number;
  /** What it took of the processor, helpers included: a busy machine does not show in it. */
  readonly cpuP50: number;
  readonly cpuP99: number;
}

export interface ReadFigures {
  readonly firstPictureMs: number;
  readonly firstPictureCpuMs: number;
  readonly openMs: number;
  readonly openCpuMs: number;
  readonly seeks: Readonly<Record<"forwards" | "backwards" | "random", SeekFigures>>;
  readonly memoryMb: { readonly rss: number; readonly peakRss: number; readonly used: number; readonly before: number };
}

const seeks = 1_000;
/** As a browser's worker gets a file. */
const chunkBytes = 256 * 1024;

const used = (): number => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e3;
}

async function read(file: string): Promise<ReadFigures> {
  global.gc?.();
  const before = used();
  const begun = performance.now();
  const cpu = process.cpuUsage();
  const reader = new TraceReader();
  let [firstPictureMs, firstPictureCpuMs] = [Number.NaN, Number.NaN];
  for await (const chunk of createReadStream(file, { highWaterMark: chunkBytes })) {
    reader.feed(chunk as Buffer);
    const so = reader.open;
    if (Number.isNaN(firstPictureMs) && so !== undefined && so.trace.count > 0) {
      so.seeker.at(so.trace.to);
      firstPictureMs = performance.now() - begun;
      firstPictureCpuMs = cpuMs(cpu);
    }
  }
  const open = reader.end();
  const openMs = performance.now() - begun;
  const openCpuMs = cpuMs(cpu);
  const figures = { forwards: seek(open, "forwards"), backwards: seek(open, "backwards"), random: seek(open, "random") };
  global.gc?.();
  const mb = (bytes: number) => Math.round(bytes / 1e6);
  const memoryMb = { rss: mb(process.memoryUsage().rss), peakRss: Math.round(process.resourceUsage().maxRSS / 1e3), used: mb(used()), before: mb(before) };
  return { firstPictureMs, firstPictureCpuMs, openMs, openCpuMs, seeks: figures, memoryMb };
}

/** Goes on by a thousandth of the trace and one, so that steps land everywhere; or anywhere. */
function seek({ trace, seeker }: OpenTrace, way: "forwards" | "backwards" | "random"): SeekFigures {
  const random = new Random(7);
  const times: number[] = [];
  const cpuTimes: number[] = [];
  const stride = Math.max(1, Math.floor((trace.count - 1) / seeks));
  for (let turn = 0; turn < seeks; turn += 1) {
    const offset = way === "random" ? random.between(0, trace.count - 1) : Math.min(trace.count - 1, turn * stride);
    const position = way === "backwards" ? trace.to - offset : trace.from + offset;
    const cpu = process.cpuUsage();
    const start = performance.now();
    const state = seeker.at(position);
    times.push(performance.now() - start);
    cpuTimes.push(cpuMs(cpu));
    if (state.position !== position) throw new Error(`asked for ${position}, got ${state.position}`);
  }
  times.sort((a, b) => a - b);
  cpuTimes.sort((a, b) => a - b);
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99), cpuP50: quantile(cpuTimes, 0.5), cpuP99: quantile(cpuTimes, 0.99) };
}

process.send?.(await read(process.argv[2] as string));
