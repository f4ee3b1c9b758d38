import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { type Box, type BoxStatus, Busy, type ConnectOptions, connect, createGuard, memoryFenceStore, StaleFence } from "../../shared/client/index.ts";
import type { App } from "../app.ts";
import { openJournal } from "../journal/open-journal.ts";
import { closeNetworks, networkTo } from "../test-network.ts";
import { closeServers, command, connectOperator, startServer, until } from "../test-server.ts";

afterEach(closeServers);
afterEach(closeNetworks);

/** The client library against a whole server over real sockets. */

const boxes: Box[] = [];
afterEach(() => {
  for (const box of boxes.splice(0)) box.close();
});

async function boxOf({ url }: { url: string }, agent: string, options: Partial<ConnectOptions> = {}): Promise<Box> {
  const box = await connect({ url, agent, ...options });
  boxes.push(box);
  return box;
}

const stateOf = (app: App) => app.spaces.get("main")!.state;

describe("the client", () => {
  it("LK-1: takes turns with others, and gives back at the end of the block", async () => {
    const app = await startServer();
    const [a, b] = [await boxOf(app, "a"), await boxOf(app, "b")];
    const order: string[] = [];
    let second: Promise<void>;
    {
      await using lock = await a.lock("repo/src");
      second = (async () => {
        await using inner = await b.lock("repo/src/app.ts");
        order.push(`b ${inner.fence}`);
      })();
      await until(() => expect(stateOf(app).waits.size).toBe(1));
      order.push(`a ${lock.fence}`);
    }
    await second;
    expect(order).toEqual(["a 1", "b 2"]);
    expect(stateOf(app).locks.size).toBe(0);
  });

  it("LK-15, LK-16, LK-17: tries, waits up to a deadline, and gives waits up", async () => {
    const app = await startServer();
    const [a, b] = [await boxOf(app, "a"), await boxOf(app, "b")];
    await using _held = await a.lock("repo");
    const tried = await b.tryLock("repo/x");
    expect(tried).toBeInstanceOf(Busy);
    expect(tried.busy && tried.blockers).toMatchObject([{ kind: "holder", agent: "a", resource: "repo" }]);
    await expect(b.lock("repo/x", { waitMs: 30 })).rejects.toMatchObject({ code: "deadline", blockers: [{ agent: "a" }] });
    const abort = new AbortController();
    const asked = b.lock("repo/x", { signal: abort.signal });
    await until(() => expect(stateOf(app).waits.size).toBe(1));
    abort.abort(new Error("never mind"));
    await expect(asked).rejects.toThrow("never mind");
    await until(() => expect(stateOf(app).waits.size).toBe(0));
  });

  it("LK-8, LK-3: several at once, semaphores by weight", async () => {
    const app = await startServer({ rules: [{ pattern: "gpu", settings: { capacity: 4 }, reason: "four cards" }] });
    const [a, b] = [await boxOf(app, "a"), await boxOf(app, "b")];
    await using both = await a.lock(["repo/x", { resource: "gpu", weight: 3 }]);
    expect(both.locks.map((lock) => lock.resource)).toEqual(["repo/x", "gpu"]);
    expect((await b.tryLock({ resource: "gpu", weight: 2 })).busy).toBe(true);
    await using one = await b.tryLock({ resource: "gpu" });
    expect(one.busy).toBe(false);
  });

  it("LK-9 to LK-12: re-enters, upgrades, downgrades and hands over", async () => {
    const app = await startServer();
    const [a, b] = [await boxOf(app, "a"), await boxOf(app, "b")];
    const first = await a.lock("repo", { mode: "shared" });
    const other = await b.lock("repo", { mode: "shared" });
    const upgraded = first.upgrade();
    await until(() => expect(stateOf(app).waits.size).toBe(1));
    await other.release();
    await upgraded;
    expect(Number(first.fence)).toBeGreaterThan(Number(other.fence));
    const again = await a.lock("repo");
    expect(again.fence).toBe(first.fence);
    await again.release();
    await first.downgrade();
    expect((await b.tryLock("repo", { mode: "shared" })).busy).toBe(false);
    const doc = await a.lock("doc");
    const received = new Promise<string>((resolve) => b.onReceived((lock, from) => resolve(`${lock.resource} ${lock.fence} from ${from}`)));
    const before = doc.fence;
    await doc.transfer("b");
    expect(await received).toMatch(/^doc \d+ from a$/);
    expect(doc.state).toBe("released");
    expect(stateOf(app).locks.has(before ?? "")).toBe(false);
    expect(b.locks.map((lock) => lock.resource)).toContain("doc");
  });

  it("LE-1 to LE-3: the levels that exclude nobody", async () => {
    const app = await startServer({
      rules: [
        { pattern: "free/**", settings: { level: "none" }, reason: "scratch" },
        { pattern: "seen/**", settings: { level: "advisory" }, reason: "to know" },
        { pattern: "fast/**", settings: { level: "optimistic" }, reason: "rarely meets" },
      ],
    });
    const [a, b] = [await boxOf(app, "a"), await boxOf(app, "b")];
    await using none = await a.lock("free/x");
    expect([none.level, none.fence, none.state]).toEqual(["none", null, "held"]);
    await using first = await a.lock("seen/x");
    const told = new Promise<string>((resolve) => first.onConflict((conflict) => resolve("agent" in conflict ? conflict.agent : "")));
    await using second = await b.lock("seen/x");
    expect(second.conflicts).toMatchObject([{ kind: "holder", agent: "a" }]);
    expect(await told).toBe("b");
    const [mine, theirs] = [await a.lock("fast/x"), await b.lock("fast/x")];
    expect(await mine.release({ wrote: true })).toMatchObject({ version: expect.any(String) });
    await expect(theirs.release({ wrote: true })).rejects.toMatchObject({ code: "compensate", message: expect.stringContaining("a wrote fast/x first") });
    expect(stateOf(app).locks.size).toBe(2);
  });

  it("IN-1, IN-4, IN-5: intents", async () => {
    const app = await startServer();
    const [a, b] = [await boxOf(app, "a"), await boxOf(app, "b")];
    const plan = await a.intend({ uses: "repo/src/**", lastsMs: 60_000, reason: "rename everything" });
    const heard = new Promise<string>((resolve) => plan.onConflict((conflict) => resolve(conflict.kind)));
    expect(await b.wouldConflict({ uses: "repo/src/a.ts", lastsMs: 1_000 })).toMatchObject([{ kind: "intent", agent: "a" }]);
    await plan.commit();
    const other = await b.intend({ uses: ["repo/src/a.ts"], lastsMs: 1_000, reason: "fix" });
    expect(other.conflicts).toMatchObject([{ kind: "intent", agent: "a", committed: true }]);
    expect(await heard).toBe("intent");
    await expect(other.commit()).rejects.toMatchObject({ code: "conflict" });
    await plan.fulfil();
    await other.commit();
    const ended = new Promise<string>((resolve) => other.onEnd(resolve));
    expect(await ended).toBe("expired");
  });

  it("OP-2: a forced release is told to its holder with who and why; its signal stops the work; the guard keeps it out", async () => {
    const app = await startServer({ rules: [{ pattern: "**", settings: { guarded: true }, reason: "files have guards" }] });
    const [a, b] = [await boxOf(app, "a"), await boxOf(app, "b")];
    const operator = await connectOperator(app, { principal: "olaf" });
    const stuck = await a.lock("repo/x");
    const guard = createGuard({ store: memoryFenceStore(), report: (stale) => a.reportRefusal(stale.resource, stale.fence, stale.highest) });
    await guard.check("repo/x", stuck.fence ?? "");
    const stopped = new Promise((resolve) => stuck.signal.addEventListener("abort", () => resolve(stuck.signal.reason)));
    const waiting = b.lock("repo/x");
    await until(() => expect(stateOf(app).waits.size).toBe(1));
    expect(await command(operator, { type: "lock.forceRelease", resource: "repo/x", fence: stuck.fence, reason: "stuck for an hour" })).toMatchObject({
      ok: true,
    });
    expect(await stopped).toMatchObject({ code: "lost", message: expect.stringContaining("by olaf: stuck for an hour") });
    const next = await waiting;
    await guard.check("repo/x", next.fence ?? "");
    await expect(guard.check("repo/x", stuck.fence ?? "")).rejects.toBeInstanceOf(StaleFence);
    await until(async () => {
      const history = await operator.emitWithAck("history", { acts: true });
      expect(history.ok && history.events.at(-1)).toMatchObject({ type: "guard.refused", agent: "a", fence: stuck.fence, highest: next.fence });
    });
    expect(a.status).toBe("connected");
  });

  it("SE-5: leaving gives everything back", async () => {
    const app = await startServer();
    const box = await boxOf(app, "a");
    await box.lock("x");
    await box.leave();
    expect(stateOf(app)).toMatchObject({ sessions: new Map(), locks: new Map() });
    expect(box.status).toBe("closed");
  });

  it("an expelled agent is told so and does not come back by itself", async () => {
    const app = await startServer();
    const box = await boxOf(app, "a");
    const lock = await box.lock("x");
    const operator = await connectOperator(app, { principal: "olaf" });
    await command(operator, { type: "session.expel", session: box.session, reason: "runs wild" });
    await until(() => expect(box.status).toBe("closed"));
    expect(() => lock.assertHeld()).toThrow(/expelled: runs wild/);
    expect(stateOf(app).sessions.size).toBe(0);
  });

  it("is refused clearly: unknown space, taken name, malformed request, wrong address", async () => {
    const app = await startServer();
    await boxOf(app, "a");
    await expect(connect({ url: app.url, agent: "b", space: "nowhere" })).rejects.toMatchObject({ code: "notFound", field: "space" });
    await expect(connect({ url: app.url, agent: "a" })).rejects.toMatchObject({ code: "agentPresent" });
    await expect(connect({ url: app.url, agent: "no spaces" })).rejects.toMatchObject({ code: "invalid", field: "agent" });
    await expect(connect({ url: "http://127.0.0.1:9", agent: "c", connectWaitMs: 100 })).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("http://127.0.0.1:9"),
    });
    const box = await boxOf(app, "b");
    await expect(box.lock("repo//x")).rejects.toMatchObject({ code: "invalid", field: "wants[0].resource" });
  });
});

describe("when connections break", () => {
  it("SE-11: resumes on a new connection; what it held is held, what it waited for is granted", async () => {
    const app = await startServer();
    const network = await networkTo(app.url);
    const [a, b] = [await boxOf(network, "a"), await boxOf(network, "b")];
    const statuses: BoxStatus[] = [];
    b.onStatus((status) => statuses.push(status));
    const held = await a.lock("x");
    const kept = await b.lock("y");
    const waiting = b.lock("x");
    await until(() => expect(stateOf(app).waits.size).toBe(1));
    network.cut();
    await until(() => expect([...stateOf(app).sessions.values()].filter((session) => session.connected).length).toBe(2));
    await until(() => expect(b.status).toBe("connected"));
    await held.release();
    expect((await waiting).state).toBe("held");
    expect(kept.state).toBe("held");
    expect(statuses).toEqual(["connecting", "connected"]);
  });

  it("SE-8: under one cut after another each command applies once and every lock is given back", async () => {
    const app = await startServer();
    const network = await networkTo(app.url);
    const workers = await Promise.all(Array.from({ length: 4 }, (_, index) => boxOf(network, `w${index}`)));
    const fences: number[] = [];
    let cuts = 0;
    let inside = 0;
    await Promise.all(
      workers.map(async (box) => {
        while (cuts < 15) {
          await using lock = await box.lock("counter");
          expect(++inside).toBe(1);
          fences.push(Number(lock.fence));
          // Now with requests on their way, now with answers.
          if (fences.length % 7 === 0) setTimeout(network.cut, cuts++ % 3);
          await Promise.resolve();
          inside--;
        }
      }),
    );
    expect(fences).toEqual([...new Set(fences)].sort((x, y) => x - y));
    await until(() => expect(stateOf(app).locks.size).toBe(0));
    expect(workers.map((box) => box.locks.length)).toEqual([0, 0, 0, 0]);
  });

  it("outlives a server that is restarted on its journal: the same locks, fences and queue", async () => {
    const folder = mkdtempSync(join(tmpdir(), "signalbox-client-"));
    try {
      const journals = (space: string) => openJournal({ dataFolder: folder, space, kind: "sqlite" });
      const before = await startServer({}, { journals });
      const port = Number(new URL(before.url).port);
      const [a, b] = [await boxOf(before, "a"), await boxOf(before, "b")];
      const held = await a.lock("x");
      const { fence } = held;
      const waiting = b.lock("x");
      await until(() => expect(stateOf(before).waits.size).toBe(1));
      await before.close();
      const after = await startServer({ port }, { journals });
      await until(() => expect([a.status, b.status]).toEqual(["connected", "connected"]));
      expect([held.state, held.fence]).toEqual(["held", fence]);
      await held.release();
      expect(Number((await waiting).fence)).toBeGreaterThan(Number(fence));
      expect(stateOf(after).locks.size).toBe(1);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("SE-7: a process that is stopped beyond its lease finds its lock lost, and comes back as a new session", async () => {
    const app = await startServer({ rules: [{ pattern: "**", settings: { lockDelayMs: 100 }, reason: "a short wait" }] });
    const holder = fileURLToPath(new URL("./fixtures/holder.ts", import.meta.url));
    const child = spawn(process.execPath, ["--import", "tsx", holder, app.url], { stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    try {
      await until(() => expect(said).toContain("held 1"));
      child.kill("SIGSTOP");
      await until(() => expect(stateOf(app).sessions.size).toBe(0));
      child.kill("SIGCONT");
      await until(() => expect(said).toMatch(/held 1\nlost lost\nagain \d+\n/));
    } finally {
      child.kill("SIGKILL");
    }
  });
});
