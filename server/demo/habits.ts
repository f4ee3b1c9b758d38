import { setTimeout as sleep } from "node:timers/promises";
import { type Box, type Lock, SignalboxError } from "../../shared/client/index.ts";

/** Bad habits of fleets, to be seen and set free: two who lock in opposite orders, two who are too polite. */

/** The two files that both of a pair need. */
export interface Pair {
  readonly first: string;
  readonly second: string;
}

/**
 * Takes one lock and then the other, as code does that grew in two places. Its partner takes them the other way round; now
 * and then each holds what the other waits for. Whoever is told to give way releases both and begins again.
 */
export async function crossPaths(box: Box, { first, second }: Pair): Promise<void> {
  try {
    await using _first = await box.lock(`repo/${first}`, { reason: `rename in ${first} and ${second}` });
    await box.declare({ state: "working", doing: `reading ${first}` });
    await sleep(600 + 600 * Math.random());
    await using _second = await box.lock(`repo/${second}`, { reason: `rename in ${first} and ${second}` });
    await box.declare({ state: "working", doing: `renaming in ${first} and ${second}` });
    await sleep(300 + 300 * Math.random());
    box.progress();
  } catch (error) {
    if (!(error instanceof SignalboxError && error.code === "deadlock")) throw error;
    await box.declare({ state: "working", doing: "gave way; beginning again" });
  }
  await sleep(200 + 400 * Math.random());
}

/**
 * Takes its own file, tries for the other's, and when that one is taken gives its own back and tries again after just the
 * same time as its partner does: both act, neither gets anything done.
 */
export async function yieldPolitely(box: Box, { first, second }: Pair): Promise<void> {
  const mine = await box.tryLock(`repo/${first}`, { reason: `merge ${first} and ${second}` });
  if (mine.busy) return void (await sleep(politePauseMs));
  await box.declare({ state: "working", doing: `merging ${first} and ${second}` });
  await sleep(politePauseMs);
  const theirs = await box.tryLock(`repo/${second}`, { reason: `merge ${first} and ${second}` });
  if (theirs.busy) {
    await mine.release();
    await box.declare({ state: "blocked", doing: `after you, please: ${second} is taken` });
    return void (await sleep(politePauseMs));
  }
  await finish(box, [mine, theirs]);
}

/** Both sides move in step: that is what keeps them from ever meeting a free moment. */
const politePauseMs = 400;

async function finish(box: Box, locks: readonly Lock[]): Promise<void> {
  await sleep(300);
  box.progress();
  for (const lock of locks) await lock.release();
  await box.declare({ state: "idle", doing: "" });
  await sleep(politePauseMs);
}
