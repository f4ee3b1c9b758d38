import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const samples = 10;
const sampleEveryMs = 200;

/** What a process keeps in memory once it has come to rest: the least of several looks, because garbage comes and goes. */
export async function residentMb(pid: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let sample = 0; sample < samples; sample++) {
    await sleep(sampleEveryMs);
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    least = Math.min(least, Number(kilobytes) / 1_024);
  }
  return Math.round(least);
}

/** The first rounds fill buffers that have a bound; what is kept after that may not go on growing. */
const warmRounds = 2;
const toleratedGrowth = 1.15;

/** Gives the figures in words; throws when memory grows from round to round. Of each half the least counts: garbage only adds. */
export function assertFlat(residents: readonly number[]): string {
  const warm = residents.slice(warmRounds);
  const half = Math.floor(warm.length / 2);
  if (half === 0) throw new Error(`${residents.length} rounds are too few to tell: at least ${warmRounds + 2}`);
  const [early, late] = [Math.min(...warm.slice(0, half)), Math.min(...warm.slice(-half))];
  const words = `${early} MB from round ${warmRounds + 1} on, ${late} MB in the last rounds`;
  if (late > early * toleratedGrowth) throw new Error(`it grows: ${words} (${residents.join(", ")})`);
  return words;
}
