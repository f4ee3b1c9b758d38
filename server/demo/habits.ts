import { setTimeout as sleep } from "node:timers/promises";
import { type Box, SignalboxError } from "../../shared/client/index.ts";

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
 * Takes its own file, tries for the other's, and when that one is taken gives its own back and tries again: both act, neither
 * gets anything done. Both act on the full second, as everything does that is told "every three seconds". That keeps them in
 * step: each looks while the other holds. One that was a little late and looked afterwards would get through every time, and
 * the other would starve instead.
 */
export async function yieldPolitely(box: Box, { first, second }: Pair): Promise<void> {
  await nextStep("take");
  const mine = await box.tryLock(`repo/${first}`, { reason: `merge ${first} and ${second}` });
  if (mine.busy) return;
  try {
    // Its answer came late, and it is out of step.
    if (stepNow() !== "take") return;
    await box.declare({ state: "working", doing: `merging ${first} and ${second}` });
    await nextStep("look");
    // Held up on the way, it would look when the other has given up: better not at all.
    if (stepNow() !== "look") return;
    const theirs = await box.tryLock(`repo/${second}`, { reason: `merge ${first} and ${second}` });
    if (theirs.busy) {
      await box.declare({ state: "blocked", doing: `after you, please: ${second} is taken` });
      // Not at once: whoever looks a little later shall find it taken, too.
      await nextStep("giveBack");
      return;
    }
    await sleep(300);
    box.progress();
    await theirs.release();
    await box.declare({ state: "idle", doing: "" });
  } finally {
    await mine.release();
  }
}

const stepMs = 800;
const steps = ["take", "look", "giveBack"] as const;
const stepNow = () => steps[Math.floor((Date.now() % (steps.length * stepMs)) / stepMs)];

/** Sleeps until the clock comes to this step of the round. */
async function nextStep(step: (typeof steps)[number]): Promise<void> {
  const roundMs = steps.length * stepMs;
  await sleep((steps.indexOf(step) * stepMs - (Date.now() % roundMs) + roundMs) % roundMs);
}
