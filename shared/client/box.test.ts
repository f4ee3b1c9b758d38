import { beforeEach, expect, test, vi } from "vitest";
import { connect } from "./connect.ts";
import { SignalboxError } from "./errors.ts";
import { FakeServer, grantAll, lockRecord } from "./fake-server.ts";
import { Lock } from "./lock.ts";
import { Busy, LockSet } from "./lock-set.ts";
import { backlogLimit, outstandingLimit } from "./outbox.ts";

let server: FakeServer;
beforeEach(() => {
  server = new FakeServer();
});

test("a lock is asked for, held, and given back at the end of its block", async () => {
  const box = await server.connect();
  {
    await using lock = await box.lock("repo/src", { mode: "shared", reason: "rename" });
    expect(lock).toMatchObject({ resource: "repo/src", fence: "1", state: "held", level: "sequenced" });
    expect(box.locks).toEqual([lock]);
    lock.assertHeld();
  }
  expect(server.commands).toMatchObject([
    { type: "lock.acquire", wants: [{ resource: "repo/src", mode: "shared" }], reason: "rename" },
    { type: "lock.release", resource: "repo/src", fence: "1" },
  ]);
  expect(box.locks).toEqual([]);
  box.close();
});

test("commands of one tick go as one message, those of the next in another", async () => {
  const box = await server.connect();
  await Promise.all([box.lock("a"), box.lock("b"), box.declare({ state: "working" })]);
  await box.lock("c");
  expect(server.batches.map((batch) => batch.map((command) => command.type))).toEqual([["lock.acquire", "lock.acquire", "session.declare"], ["lock.acquire"]]);
  expect(new Set(server.commands.map((command) => command.id)).size).toBe(4);
  box.close();
});

test("SE-8: never more unanswered commands than the server remembers answers; the rest waits, bounded, then is refused", async () => {
  server.reply = () => undefined;
  const box = await server.connect();
  const all = Array.from({ length: outstandingLimit + backlogLimit + 1 }, (_, index) => box.lock(`r${index}`));
  const outcomes = Promise.allSettled(all);
  await expect(all.at(-1)).rejects.toMatchObject({ code: "limit" });
  expect(server.commands).toHaveLength(outstandingLimit);
  box.close();
  expect((await outcomes).every((outcome) => outcome.status === "rejected")).toBe(true);
});

test("a backlog drains as answers come", async () => {
  const box = await server.connect();
  const locks = await Promise.all(Array.from({ length: 200 }, (_, index) => box.lock(`r${index}`)));
  expect(locks.map((lock) => lock.resource)).toEqual(Array.from({ length: 200 }, (_, index) => `r${index}`));
  expect(Math.max(...server.batches.map((batch) => batch.length))).toBe(outstandingLimit);
  box.close();
});

test("LK-15: a try gives the lock, or says who is in the way", async () => {
  const box = await server.connect();
  expect(await box.tryLock("free")).toBeInstanceOf(Lock);
  expect(server.commands.at(-1)).toMatchObject({ waitMs: 0 });
  server.reply = () => ({ error: "busy" });
  const got = await box.tryLock("taken");
  expect(got).toBeInstanceOf(Busy);
  expect(got.busy).toBe(true);
  box.close();
});

test("LK-8: several resources are one request and one object", async () => {
  const box = await server.connect();
  const set = await box.lock(["repo/a", { resource: "gpu", weight: 2 }], { mode: "exclusive" });
  expect(set).toBeInstanceOf(LockSet);
  expect(server.commands).toMatchObject([
    {
      wants: [
        { resource: "repo/a", mode: "exclusive" },
        { resource: "gpu", weight: 2 },
      ],
    },
  ]);
  expect(set.locks.map((lock) => lock.fence)).toEqual(["1", "2"]);
  server.notify({ type: "revoked", resource: "gpu", fence: "2", why: "forced", by: "alice", reason: "stuck" });
  expect(set.state).toBe("lost");
  expect(set.signal.aborted).toBe(true);
  expect(set.locks[0]?.state).toBe("held");
  await set[Symbol.asyncDispose]();
  expect(server.commands.filter((command) => command.type === "lock.release")).toMatchObject([{ fence: "1" }]);
  box.close();
});

test("a queued request is granted by a notice", async () => {
  server.reply = () => ({ status: "queued", request: 7, blockers: [] });
  const box = await server.connect();
  const asked = box.lock("repo");
  await vi.waitFor(() => expect(server.commands).toHaveLength(1));
  const id = server.commands[0]?.id ?? "";
  await Promise.resolve();
  server.notify({ type: "granted", command: id, locks: [lockRecord("9", "repo", id)] });
  expect((await asked).fence).toBe("9");
  box.close();
});

test("LK-16: a wait that ends at its deadline throws, and says who was in the way", async () => {
  server.reply = () => ({
    status: "queued",
    request: 1,
    blockers: [{ kind: "holder", agent: "w9", resource: "repo", mode: "exclusive", fence: "3", sinceMs: 0 }],
  });
  const box = await server.connect();
  const asked = box.lock("repo", { waitMs: 100 });
  await vi.waitFor(() => expect(server.commands).toHaveLength(1));
  await Promise.resolve();
  await Promise.resolve();
  server.notify({ type: "dequeued", command: server.commands[0]?.id ?? "", why: "deadline" });
  await expect(asked).rejects.toMatchObject({ code: "deadline", blockers: [{ agent: "w9" }] });
  await expect(asked).rejects.toThrow(/w9 on repo/);
  box.close();
});

test("LK-17: an aborted wait is cancelled on the server", async () => {
  server.reply = (command) => (command.type === "lock.acquire" ? { status: "queued", request: 1, blockers: [] } : { status: "done" });
  const box = await server.connect();
  const abort = new AbortController();
  const asked = box.lock("repo", { signal: abort.signal });
  await vi.waitFor(() => expect(server.commands).toHaveLength(1));
  abort.abort(new Error("no longer needed"));
  await expect(asked).rejects.toThrow("no longer needed");
  await vi.waitFor(() => expect(server.commands.at(-1)).toMatchObject({ type: "lock.cancel", acquire: server.commands[0]?.id }));
  box.close();
});

test("a wait aborted in the tick in which it was asked never leaves", async () => {
  const box = await server.connect();
  const abort = new AbortController();
  const asked = box.lock("repo", { signal: abort.signal });
  abort.abort(new Error("never mind"));
  await expect(asked).rejects.toThrow("never mind");
  await box.declare({ state: "idle" });
  expect(server.commands.map((command) => command.type)).toEqual(["session.declare"]);
  box.close();
});

test("LK-17: a grant that crosses its cancel is given back", async () => {
  const grant = grantAll();
  server.reply = (command) => (command.type === "lock.cancel" ? { error: "notFound" } : grant(command));
  const box = await server.connect();
  // The server is slow: acquire and cancel are on their way before it looks at either.
  const slow: (() => void)[] = [];
  const hear = server.hear.bind(server);
  server.hear = (asked) => void slow.push(() => hear(asked));
  const abort = new AbortController();
  const asked = box.lock("repo", { signal: abort.signal });
  await vi.waitFor(() => expect(slow).toHaveLength(1));
  abort.abort(new Error("stop"));
  await expect(asked).rejects.toThrow("stop");
  await vi.waitFor(() => expect(slow).toHaveLength(2));
  // Asked for again at once, it comes after what was given back: the server must not take it for re-entered.
  const again = box.lock("repo");
  server.hear = hear;
  for (const each of slow) each();
  expect((await again).fence).toBe("2");
  expect(server.commands.map((command) => command.type)).toEqual(["lock.acquire", "lock.cancel", "lock.release", "lock.acquire"]);
  expect(box.locks).toHaveLength(1);
  box.close();
});

test("LE-1: at level none there is no fence, nothing to lose and nothing to give back", async () => {
  server.reply = () => ({ status: "granted", locks: [{ resource: "notes", fence: null, level: "none", guarded: false }] });
  const box = await server.connect();
  const lock = await box.lock("notes");
  await lock.release();
  expect(lock.fence).toBeNull();
  expect(server.commands).toHaveLength(1);
  box.close();
});

test("LE-3: the optimistic loser is told to compensate, the winner its version", async () => {
  server.reply = (command) => (command.type === "lock.release" ? { status: "compensate", current: "8", winner: "w2" } : grantAll()(command));
  const box = await server.connect();
  const lock = await box.lock("doc");
  await expect(lock.release({ wrote: true })).rejects.toMatchObject({ code: "compensate" });
  expect(lock.state).toBe("released");
  server.reply = (command) => (command.type === "lock.release" ? { status: "written", version: "9" } : grantAll()(command));
  expect(await (await box.lock("doc")).release({ wrote: true })).toEqual({ version: "9" });
  box.close();
});

test("LK-9: each handle of a re-entered lock is given back once, and all are lost together", async () => {
  server.reply = (command) =>
    command.type === "lock.acquire" ? { status: "granted", locks: [{ resource: "repo", fence: "4", level: "sequenced", guarded: false }] } : { status: "done" };
  const box = await server.connect();
  const first = await box.lock("repo");
  const second = await box.lock("repo");
  const third = await box.lock("repo");
  await first.release();
  await first.release();
  expect(server.commands.filter((command) => command.type === "lock.release")).toHaveLength(1);
  expect([first.state, second.state]).toEqual(["released", "held"]);
  server.notify({ type: "revoked", resource: "repo", fence: "4", why: "overheld" });
  expect([second.state, third.state]).toEqual(["lost", "lost"]);
  await expect(second.release()).rejects.toMatchObject({ code: "lost" });
  expect(() => third.assertHeld()).toThrow(/overheld/);
  box.close();
});

test("LK-10: an upgrade gives the lock its new fence, at once or by a notice", async () => {
  const box = await server.connect();
  const lock = await box.lock("repo", { mode: "shared" });
  server.reply = () => ({ status: "fenced", fence: "5" });
  await lock.upgrade();
  expect(lock.fence).toBe("5");
  server.reply = () => ({ status: "queued", request: 2, blockers: [] });
  const waiting = lock.upgrade();
  await vi.waitFor(() => expect(server.commands).toHaveLength(3));
  server.notify({ type: "upgraded", command: server.commands.at(-1)?.id ?? "", fence: "5", newFence: "6" });
  await waiting;
  expect(lock.fence).toBe("6");
  server.reply = () => ({ status: "done" });
  await lock.release();
  expect(server.commands.at(-1)).toMatchObject({ type: "lock.release", fence: "6" });
  box.close();
});

test("LK-12: a lock that was handed over is no longer this agent's, and the one received is", async () => {
  const box = await server.connect();
  const lock = await box.lock("repo");
  server.reply = () => ({ status: "fenced", fence: "5" });
  await lock.transfer("w2");
  expect(lock.state).toBe("released");
  expect(lock.signal.aborted).toBe(false);
  const received: [Lock, string][] = [];
  box.onReceived((...told) => received.push(told));
  server.notify({ type: "received", lock: lockRecord("6", "repo", "x1"), from: "w2" });
  expect(received).toMatchObject([[{ fence: "6", state: "held" }, "w2"]]);
  expect(box.locks).toHaveLength(1);
  box.close();
});

test("IN-4: an intent hears of conflicts, reaches one end, and is withdrawn when its block ends", async () => {
  server.reply = (command) => (command.type === "intent.announce" ? { status: "announced", intent: "i1", conflicts: [] } : { status: "done" });
  const box = await server.connect();
  const heard: string[] = [];
  {
    await using intent = await box.intend({ uses: "repo/src/**", lastsMs: 60_000, reason: "rename" });
    intent.onConflict((conflict) => heard.push(conflict.kind));
    intent.onEnd((why) => heard.push(why));
    server.notify({
      type: "conflict",
      about: "intent",
      subject: "i1",
      conflict: { kind: "holder", agent: "w2", resource: "repo/src/a", fence: "3", sinceMs: 0 },
    });
    await intent.commit();
    expect(intent.state).toBe("committed");
  }
  expect(heard).toEqual(["holder", "withdrawn"]);
  const other = await box.intend({ uses: [{ resource: "a", mode: "shared" }], lastsMs: 1, reason: "read" });
  server.notify({ type: "intentEnded", intent: "i1", why: "expired" });
  expect([other.state, other.endedWhy]).toEqual(["ended", "expired"]);
  box.close();
});

test("IN-5: asking for conflicts", async () => {
  server.reply = () => ({ status: "checked", conflicts: [{ kind: "waiter", agent: "w2", resource: "a", request: 1, sinceMs: 0 }] });
  const box = await server.connect();
  expect(await box.wouldConflict({ uses: "a", lastsMs: 1_000 })).toMatchObject([{ agent: "w2" }]);
  box.close();
});

test("SE-10: progress travels one message at a time, with the latest count", async () => {
  const box = await server.connect();
  for (let index = 0; index < 100; index++) box.progress();
  await vi.waitFor(() => expect(server.commands.at(-1)).toMatchObject({ progress: 100 }));
  expect(server.commands.length).toBeLessThanOrEqual(2);
  box.close();
});

test("leaving says so and ends every handle; closing says nothing", async () => {
  const box = await server.connect();
  const lock = await box.lock("repo");
  await box.leave();
  expect(server.commands.at(-1)).toMatchObject({ type: "session.leave" });
  expect([box.status, lock.state]).toEqual(["closed", "lost"]);
  await expect(box.lock("repo")).rejects.toMatchObject({ code: "closed" });
  await box.leave();

  const other = await server.connect();
  const before = server.commands.length;
  const held = await other.lock("b");
  const { signal } = held;
  other.close();
  expect(server.commands.length).toBe(before + 1);
  expect(signal.reason).toBeInstanceOf(SignalboxError);
});

test("a listener that throws hinders nobody else", async () => {
  const box = await server.connect();
  const lock = await box.lock("repo");
  const thrown: unknown[] = [];
  const caught = (error: unknown) => thrown.push(error);
  const listeners = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException").on("uncaughtException", caught);
  lock.onConflict(() => {
    throw new Error("mine");
  });
  const heard = vi.fn();
  lock.onConflict(heard);
  server.notify({ type: "conflict", about: "lock", subject: "1", conflict: { kind: "holder", agent: "w2", resource: "repo", fence: "3", sinceMs: 0 } });
  expect(heard).toHaveBeenCalledOnce();
  await vi.waitFor(() => expect(thrown).toHaveLength(1));
  process.removeAllListeners("uncaughtException");
  for (const listener of listeners) process.on("uncaughtException", listener);
  box.close();
});

test("what the server refuses at the join is thrown by connect", async () => {
  server.refusal = { code: "agentPresent", message: "w1 is here" };
  await expect(server.connect()).rejects.toMatchObject({ code: "agentPresent" });
});

test("no server within connectWaitMs is an error that says where it looked", async () => {
  server.listening = false;
  await expect(connect({ url: "http://fake", agent: "w1", transport: server.transport, connectWaitMs: 50 })).rejects.toThrow(/http:\/\/fake within 50 ms/);
});

test("malformed answers and notices are refused and logged, never believed", async () => {
  const logged: string[] = [];
  const box = await server.connect({ log: (_level, message) => void logged.push(message) });
  server.reply = () => ({ status: "granted", locks: [{ resource: "repo", fence: "not a fence", level: "sequenced", guarded: false }] });
  await expect(box.lock("repo")).rejects.toMatchObject({ code: "protocol" });
  server.notify({ type: "granted" } as never);
  expect(logged).toEqual(expect.arrayContaining([expect.stringContaining("not one of this protocol"), "malformed notices from the server"]));
  box.close();
});
