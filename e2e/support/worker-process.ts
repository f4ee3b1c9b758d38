import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sqliteFenceStore } from "../../shared/client/guard/sqlite-store.ts";
import { type Box, connect, createGuard, type Guard, type Lock } from "../../shared/client/index.ts";
import { leadingWork } from "./leading.ts";
import { nodeWork } from "./nodes.ts";
import type { WorkerCall, WorkerOptions, WorkerReply } from "./worker.ts";

/** A real agent in a process of its own. It does one thing at a time as a journey tells it, by messages from its parent. */

const options = JSON.parse(process.env.WORKER_OPTIONS ?? "") as WorkerOptions;
const folder = options.folder;
let box: Box;
let guard: Guard;
const locks = new Map<string, Lock>();

const churning = new Map<string, { fences: string[]; problems: string[] }>();

const held = (resource: string): Lock => {
  const lock = locks.get(resource);
  if (!lock) throw new Error(`${options.agent} never had a lock on ${resource}`);
  return lock;
};

const work = {
  ...leadingWork(() => ({ box, guard, folder })),
  ...nodeWork(() => ({ box, folder })),
  async connect() {
    box = await connect({ url: options.url, agent: options.agent, token: options.token, principal: options.agent, ttlMs: options.ttlMs, roles: options.roles });
    guard = createGuard({
      store: sqliteFenceStore(join(folder, "fences.sqlite")),
      report: (stale) => box.reportRefusal(stale.resource, stale.fence, stale.highest),
    });
    return box.session;
  },
  /** Waits for a lock; its fence. */
  async lock(resource: string, lockOptions: object = {}) {
    const lock = await box.lock(resource, lockOptions);
    locks.set(resource, lock);
    return lock.fence;
  },
  async release(resource: string) {
    await held(resource).release();
  },
  async state(resource: string) {
    return held(resource).state;
  },
  async fence(resource: string) {
    return held(resource).fence;
  },
  /** Writes a file of the shared folder through the guard under the fence of its own lock, whether it still has it or not. */
  async write(resource: string, text: string) {
    const fence = held(resource).fence as string;
    await guard.write(resource, fence, () => writeFileSync(join(folder, resource.replaceAll("/", "_")), text));
    return fence;
  },
  async read(resource: string) {
    return readFileSync(join(folder, resource.replaceAll("/", "_")), "utf8");
  },
  async declare(declared: object) {
    await box.declare(declared);
  },
  async intend(intent: Parameters<Box["intend"]>[0]) {
    const announced = await box.intend(intent);
    return announced.conflicts.length;
  },
  /** Takes and gives back a lock over and over, until it is told to stop: load, and a record of every fence it got. */
  async churn(resource: string) {
    const record = { fences: [] as string[], problems: [] as string[] };
    churning.set(resource, record);
    void (async () => {
      while (churning.get(resource) === record) {
        try {
          const lock = await box.lock(resource);
          record.fences.push(lock.fence as string);
          await lock.release();
        } catch (error) {
          record.problems.push(String(error));
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      }
    })();
  },
  /** What the churning came to so far. */
  async churned(resource: string) {
    return churning.get(resource) ?? { fences: [], problems: [] };
  },
  /** Takes one, finds the other taken, gives the first back and begins again, until it got both: politeness without end. */
  async yieldOver(first: string, second: string, pauseMs: number) {
    const pause = () => new Promise((resolve) => setTimeout(resolve, pauseMs));
    void (async () => {
      for (;;) {
        try {
          const mine = await box.tryLock(first, { reason: `merge ${first} and ${second}` });
          if (!mine.busy) {
            await pause();
            const theirs = await box.tryLock(second, { reason: `merge ${first} and ${second}` });
            // Not at once: the other one, a little later, shall find it taken, too.
            await pause();
            await mine.release();
            if (!theirs.busy) {
              box.progress();
              await theirs.release();
              return;
            }
          }
        } catch {
          // Refused for a while, so that the other goes first: it tries again.
        }
        await pause();
      }
    })();
  },
  async status() {
    return box.status;
  },
  async leave() {
    await box.leave();
  },
};
export type Work = typeof work;

process.on("message", async (call: WorkerCall) => {
  const reply = (answer: WorkerReply) => process.send?.(answer);
  try {
    const run = work[call.does] as (...args: unknown[]) => Promise<unknown>;
    reply({ call: call.call, value: await run(...call.args) });
  } catch (error) {
    const { name, message } = error as Error;
    reply({ call: call.call, error: { name, message, code: (error as { code?: string }).code } });
  }
});
// Without its parent it has no business any more.
process.on("disconnect", () => process.exit(0));
