import { createWriteStream } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { type Box, connect, type Lock, SignalboxError } from "../../shared/client/index.ts";
import type { LockMode } from "../../shared/model/index.ts";
import { Random } from "../../shared/sim/random.ts";
import type { LoadOrder, LoadReport } from "./load-process.ts";
import type { Observation } from "./observations.ts";
import { recordingTransport } from "./recording-transport.ts";

/** Real agents at work through all kills: they take, wait for, upgrade and give back what overlaps. Run as a process of its own. */

const order = JSON.parse(process.argv[2] ?? "{}") as LoadOrder;
const random = new Random(order.seed);

const leaves = [
  "repo/src/app.ts",
  "repo/src/lib/path.ts",
  "repo/src/lib/time.ts",
  "repo/docs/index.md",
  "repo/docs/rules.md",
  "budget",
  "gpu/0",
  "gpu/1",
  "gpu/2",
];
const branches = ["repo", "repo/src", "repo/src/lib", "repo/docs", "gpu"];
const anyPath = (): string => random.pick(random.chance(0.9) ? leaves : branches);
/** Longer than any restart takes: here nobody loses a lease by waiting for the server. */
const ttlMs = 120_000;

const file = createWriteStream(order.observationsFile);
let acknowledged = 0;
let stopping = false;

function record(observation: Observation): void {
  if (observation.kind !== "held") acknowledged += 1;
  file.write(`${JSON.stringify(observation)}\n`);
}

async function hold(agent: string, locks: readonly Lock[], mode: LockMode): Promise<void> {
  const taken = locks.map((lock) => ({ lock, fence: lock.fence ?? "", fromMs: performance.now(), resource: lock.resource }));
  await setTimeout(random.between(0, 12));
  for (const { lock, fence, fromMs, resource } of taken) {
    const toMs = performance.now();
    const stillHeld = lock.state === "held" || lock.state === "uncertain";
    if (stillHeld && lock.fence === fence) record({ kind: "held", agent, resource, mode, fence, fromMs, toMs });
  }
  await Promise.all(locks.map((lock) => lock.release()));
}

async function lockOne(box: Box): Promise<void> {
  const mode = random.chance(0.7) ? "exclusive" : "shared";
  await hold(box.agent, [await box.lock(anyPath(), { mode, waitMs: random.pick([0, 20, 5_000, undefined]) })], mode);
}

async function lockSeveral(box: Box): Promise<void> {
  const wants = [...new Set([anyPath(), anyPath(), anyPath()])];
  // Nothing below another: one holder may have both, but this asks for what does not overlap.
  const apart = wants.filter((want) => !wants.some((other) => want.startsWith(`${other}/`)));
  const set = await box.lock(apart, { waitMs: 5_000 });
  await hold(box.agent, [...set.locks], "exclusive");
}

async function upgradeOne(box: Box): Promise<void> {
  const lock = await box.lock(anyPath(), { mode: "shared", waitMs: 5_000 });
  try {
    await lock.upgrade({ waitMs: 200 });
  } catch (error) {
    await lock.release();
    throw error;
  }
  await hold(box.agent, [lock], "exclusive");
}

async function plan(box: Box): Promise<void> {
  const intent = await box.intend({ uses: [anyPath()], lastsMs: 5_000, reason: "crash test" });
  await setTimeout(random.between(0, 5));
  await (random.chance(0.5) ? intent.fulfil() : intent.withdraw());
}

/** Refusals are part of the work; anything else is a fault of the client or of this load. */
const expected = ["busy", "deadline", "conflict", "lost", "uncertain", "notHolder", "unavailable", "limit", "notFound", "cancelled"];

async function work(box: Box): Promise<void> {
  while (!stopping) {
    const act = random.weighted([
      [lockOne, 60],
      [lockSeveral, 15],
      [upgradeOne, 10],
      [plan, 15],
    ]);
    try {
      await act(box);
    } catch (error) {
      if (!(error instanceof SignalboxError) || !expected.includes(error.code)) throw error;
    }
  }
  await box.leave();
}

function report(message: LoadReport): void {
  process.send?.(message);
}

process.on("message", () => {
  stopping = true;
});
setInterval(() => report({ acknowledged }), 20).unref();

const boxes = await Promise.all(
  Array.from({ length: order.agents }, (_, index) =>
    connect({ url: order.url, agent: `crash-${index}`, ttlMs, connectWaitMs: 60_000, transport: recordingTransport(order.url, record) }),
  ),
);
await Promise.all(boxes.map(work));
file.end(() => {
  report({ acknowledged, done: true });
  process.disconnect();
});
