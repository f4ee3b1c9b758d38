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

/** Gives the figures in words; throws when memory grows from round to round. */
export function assertFlat(residents: readonly number[]): string {
  const warm = residents.slice(warmRounds);
  const [first, last] = [warm[0], warm.at(-1)];
  if (first === undefined || last === undefined || warm.length < 2)
    throw new Error(`${residents.length} rounds are too few to tell: at least ${warmRounds + 2}`);
  const words = `${first} MB after round ${warmRounds + 1}, ${last} MB after round ${residents.length}`;
  if (last > first * toleratedGrowth) throw new Error(`it grows: ${words} (${residents.join(", ")})`);
  return words;
}
