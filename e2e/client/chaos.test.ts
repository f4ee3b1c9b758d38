import { afterEach, expect, test } from "vitest";
import type { App } from "../../server/app.ts";
import { closeNetworks, networkTo } from "../../server/test-network.ts";
import { closeServers, startServer, until } from "../../server/test-server.ts";
import { type Box, type Busy, connect, type Lock, type LockSet, SignalboxError } from "../../shared/client/index.ts";
import { Random } from "../../shared/sim/random.ts";

afterEach(closeServers);
afterEach(closeNetworks);

/**
 * Clients that do everything at random over a network that is cut again and again, against a whole server. Whatever happens:
 * nobody is inside together with another, and in the end client and server agree that nothing is left.
 */
const paths = ["a", "a/b", "a/c", "d", "d/e"];
const agents = 5;
const turnsPerAgent = 40;
const turnsPerCut = 12;

/** Who is inside a path now, and how; checked by hand, without the engine's own idea of an overlap. */
class Inside {
  readonly #present: { path: string; exclusive: boolean; agent: string }[] = [];

  enter(agent: string, path: string, exclusive: boolean): () => void {
    const meets = this.#present.filter((each) => each.agent !== agent && (each.exclusive || exclusive) && covers(each.path, path));
    expect(meets, `${agent} entered ${path}`).toEqual([]);
    const entry = { path, exclusive, agent };
    this.#present.push(entry);
    return () => void this.#present.splice(this.#present.indexOf(entry), 1);
  }
}

function covers(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}

async function turn(box: Box, random: Random, inside: Inside): Promise<void> {
  const mode = random.chance(0.4) ? "shared" : "exclusive";
  const what = random.chance(0.3) ? [random.pick(["a/b", "d"]), random.pick(["a/c", "f"])] : random.pick(paths);
  const signal = random.chance(0.3) ? AbortSignal.timeout(random.between(0, 20)) : undefined;
  const waitMs = random.chance(0.2) ? random.between(1, 30) : undefined;
  await using taken = await ask(box, what, { mode, signal, waitMs }, random.chance(0.15));
  if (taken.busy) return;
  const locks = "locks" in taken ? taken.locks : [taken];
  const leave = locks.map((lock) => inside.enter(box.agent, lock.resource, mode === "exclusive"));
  try {
    for (let step = random.between(0, 3); step > 0; step--) await new Promise((resolve) => setTimeout(resolve, random.between(0, 4)));
    if (random.chance(0.2)) await (await box.lock(random.pick(locks).resource, { mode })).release();
    expect(taken.state).toBe("held");
  } finally {
    for (const each of leave) each();
  }
}

function ask(box: Box, what: string | string[], options: object, trying: boolean): Promise<Lock | LockSet | Busy> {
  if (typeof what === "string") return trying ? box.tryLock(what, options) : box.lock(what, options);
  return trying ? box.tryLock(what, options) : box.lock(what, options);
}

/** A wait may end by its deadline or its signal; anything else is a fault. */
function isExpected(error: unknown): boolean {
  return (error instanceof SignalboxError && error.code === "deadline") || (error instanceof DOMException && error.name === "TimeoutError");
}

const seeds = Array.from({ length: 4 }, (_, index) => index + 1);
test.each(seeds)("LK-1, SE-8, SE-11: under cuts and cancels nobody meets another and nothing is left behind (seed %i)", { timeout: 120_000 }, async (seed) => {
  const app: App = await startServer();
  const network = await networkTo(app.url);
  const inside = new Inside();
  const boxes = await Promise.all(Array.from({ length: agents }, (_, index) => connect({ url: network.url, agent: `w${index}`, ttlMs: 60_000 })));
  let turns = 0;
  try {
    await Promise.all(
      boxes.map(async (box, index) => {
        const random = new Random(seed * 1_000 + index);
        for (let each = 0; each < turnsPerAgent; each++) {
          if (++turns % turnsPerCut === 0) setTimeout(network.cut, random.between(0, 5));
          await turn(box, random, inside).catch((error: unknown) => {
            if (!isExpected(error)) throw error;
          });
        }
      }),
    );
    const { state } = app.spaces.get("main")!;
    await until(() => expect({ locks: [...state.locks.values()], waits: [...state.waits.values()] }).toEqual({ locks: [], waits: [] }));
    // The last answers may still be on their way to the boxes.
    await until(() => expect(boxes.flatMap((box) => box.locks)).toEqual([]));
    expect(state.sessions.size).toBe(agents);
  } finally {
    for (const box of boxes) box.close();
  }
});
