import { setTimeout as sleep } from "node:timers/promises";
import { sqliteFenceStore } from "../../shared/client/guard/sqlite-store.ts";
import { type Box, connect, createGuard, type Lock, SignalboxError } from "../../shared/client/index.ts";
import { crossPaths, yieldPolitely } from "./habits.ts";
import { mergerGroup, mergeWhenElected } from "./merger.ts";
import { type FromWorker, toWorkerSchema, type WorkerSettings, workerSettingsSchema } from "./messages.ts";
import { keepReleaseLog } from "./release-log.ts";
import { editAndCommit } from "./task.ts";
import { filesOf, squash } from "./working-tree.ts";

/** One worker of the demo fleet: a process of its own that knows the server by its address and nothing else of it. */

/** Some files are wanted by everyone: there the queues are. */
const popular = 6;
const popularShare = 0.5;
/** A hung call comes back this long after its lock was taken away. */
const zombieMs = 3_000;
/** Longest that it stays stuck when nobody frees it. */
const stuckAtMostMs = 180_000;
/** Testers can come back later: they do not hold up a queue for long. */
const reviewPatienceMs = 8_000;

const settings = workerSettingsSchema.parse(JSON.parse(process.argv[2] ?? "{}"));
let stickNext = false;
const stopping = new AbortController();

process.on("message", (message) => {
  const parsed = toWorkerSchema.safeParse(message);
  if (!parsed.success) return;
  if (parsed.data.type === "stick") stickNext = true;
  else stopping.abort();
});
// Without its parent nobody would ever stop it.
process.on("disconnect", () => process.exit(0));

await main(settings);

async function main({ url, space, agent, role, tree, fences, pair, releases }: WorkerSettings): Promise<void> {
  const box = await connect({
    url,
    space,
    agent,
    principal: "demo",
    roles: [role],
    labels: { fleet: "demo" },
    ttlMs: 10_000,
    replace: true,
    connectWaitMs: 60_000,
  });
  const store = sqliteFenceStore(fences);
  const guard = createGuard({ store, report: (stale) => box.reportRefusal(stale.resource, stale.fence, stale.highest) });
  const files = await filesOf(tree);
  const log = (line: string) => process.stderr.write(`${agent}: ${line}\n`);
  const merger = await box.observe(mergerGroup);
  if (pair === undefined) void mergeWhenElected({ box, guard, tree }, stopping.signal, log);
  if (releases !== undefined) await keepReleaseLog({ box, merger, ...releases }, log);
  tell({ type: "ready" });
  for (let n = 1; !stopping.signal.aborted; n++) {
    try {
      if (role === "writer") {
        const desk = { box, guard, tree, chance: Math.random, pause: (lock: Lock) => pause(box, lock) };
        const ended = await editAndCommit(desk, choose(files), `${agent}-${Date.now().toString(36)}${n}`);
        if (ended !== undefined) tell(ended);
        await idle(box, 400 + 1_600 * Math.random());
      } else if (pair !== undefined) {
        await (role === "crosser" ? crossPaths(box, pair) : yieldPolitely(box, pair));
      } else {
        await reviewFolder(box, tree, merger.leader?.value ?? "");
      }
    } catch (error) {
      // A lost session or a server that is away: the box joins anew by itself.
      log(error instanceof Error ? error.message : String(error));
      await sleep(2_000);
    }
  }
  await box.leave().catch(() => undefined);
  process.exit(0);
}

/** Testers read a whole folder of what the merger told of under a shared lock, and look after the length of the history. */
async function reviewFolder(box: Box, tree: string, release: string): Promise<void> {
  const folder = ["state", "engine", "analysis", "model"][Math.floor(4 * Math.random())] ?? "state";
  try {
    await using _folder = await box.lock(`repo/shared/${folder}`, { mode: "shared", reason: `review ${folder}`, waitMs: reviewPatienceMs });
    await using _gpu = await box.lock("gpu/h200-pool", { weight: 2, reason: `review ${folder}` });
    await box.declare({ state: "working", doing: release === "" ? `reviewing ${folder}` : `reviewing ${folder}, ${release}` });
    await sleep(800 + 1_500 * Math.random());
    box.progress();
  } catch (error) {
    if (!(error instanceof SignalboxError && error.code === "deadline")) throw error;
  }
  {
    await using index = await box.lock("repo/.git/index", { reason: "look after the history" });
    if (index.level === "sequenced" && (await squash(tree))) tell({ type: "squashed" });
  }
  await idle(box, 6_000 + 8_000 * Math.random());
}

async function pause(box: Box, lock: Lock): Promise<void> {
  if (!stickNext || lock.level !== "sequenced") return;
  stickNext = false;
  await box.declare({ state: "working", doing: "waiting for a model that does not answer" });
  await Promise.race([new Promise((resolve) => lock.signal.addEventListener("abort", resolve, { once: true })), sleep(stuckAtMostMs)]);
  await sleep(zombieMs);
}

async function idle(box: Box, ms: number): Promise<void> {
  await box.declare({ state: "idle", doing: "" });
  await sleep(ms);
}

function choose(files: readonly string[]): string {
  // The popular ones stand far apart in the list, so that they lie in different folders.
  const apart = Math.max(1, Math.floor(files.length / popular));
  const at = Math.random() < popularShare ? apart * Math.floor(popular * Math.random()) : Math.floor(files.length * Math.random());
  return files[at % files.length] ?? "";
}

function tell(message: FromWorker): void {
  process.send?.(message);
}
