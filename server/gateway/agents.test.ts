import { afterEach, describe, expect, it } from "vitest";
import type { Notice } from "../../shared/protocol/index.ts";
import { acquire, closeServers, collect, command, connectAgent, connectOperator, join, joined, resumeKey, startServer, until } from "../test-server.ts";

afterEach(closeServers);

describe("messages of agents", () => {
  it("gives every command of a batch its own answer, in order; a malformed one names its field", async () => {
    const app = await startServer();
    const socket = await joined(app, "a1");
    const answers = await socket.emitWithAck("commands", [
      { id: "one", type: "lock.acquire", wants: [{ resource: "repo/a" }] },
      { id: "two", type: "lock.acquire", wants: [{ resource: "repo//b" }] },
      { id: "three", type: "lock.steal", resource: "repo/a" },
      null,
      { id: "five", type: "lock.acquire", wants: [{ resource: "repo/c", colour: "red" }] },
      { type: "session.leave" },
      { id: "seven", type: "lock.acquire", wants: [{ resource: "repo/d" }] },
    ]);
    expect(answers.map((answer) => [answer.id, answer.ok ? answer.result.status : `${answer.error.code} ${answer.error.field}`])).toEqual([
      ["one", "granted"],
      ["two", "invalid wants[0].resource"],
      ["three", "unknown type"],
      ["", "invalid "],
      ["five", "invalid wants[0]"],
      ["", "invalid id"],
      ["seven", "granted"],
    ]);
    expect(answers[1]).toMatchObject({
      error: { message: "wants[0].resource: empty segment: write repo/src, without a slash at either end or twice in a row" },
    });
  });

  it.each([["text"], [{}], [[]], [Array.from({ length: 129 }, () => ({}))], [undefined]])("answers a malformed batch as a whole: %#", async (batch) => {
    const app = await startServer();
    const socket = await joined(app, "a1");
    const answers: unknown = await socket.emitWithAck("commands", batch as never);
    expect(answers).toMatchObject([{ id: "", ok: false, error: { code: "invalid" } }]);
  });

  it("answers an unknown message, with an acknowledgement or without", async () => {
    const app = await startServer();
    const socket = await connectAgent(app);
    const loose = socket as unknown as { emitWithAck(event: string, ...args: unknown[]): Promise<unknown>; emit(event: string, ...args: unknown[]): void };
    const unknown = {
      code: "unknown",
      message: expect.stringContaining('there is no message "constructor" in /agents; there are join, resume, commands, heartbeat'),
    };
    expect(await loose.emitWithAck("constructor", {})).toEqual({ ok: false, error: unknown });
    const refused = collect(socket, "refused");
    loose.emit("constructor", {});
    loose.emit("join", { agent: "a1", resumeKey });
    await until(() => expect(refused).toEqual([unknown, { code: "invalid", message: expect.stringContaining("join must be sent with an acknowledgement") }]));
  });

  it.each([
    ["join", { agent: "a 1", resumeKey }, "agent"],
    ["join", { agent: "a1", resumeKey: "short" }, "resumeKey"],
    ["join", { agent: "a1", resumeKey, ttlMs: 10 }, "ttlMs"],
    ["join", { agent: "a1", resumeKey, labels: { a: 1 } }, "labels.a"],
    ["join", { agent: "a1", resumeKey, principal: "root" }, ""],
    ["resume", { session: "s", resumeKey: 7 }, "resumeKey"],
    ["heartbeat", { session: "s" }, ""],
    ["heartbeat", null, ""],
  ] as const)("names the field of a malformed %s: %j", async (event, message, field) => {
    const app = await startServer();
    const socket = await connectAgent(app);
    expect(await (socket as unknown as { emitWithAck(event: string, message: unknown): Promise<unknown> }).emitWithAck(event, message)).toMatchObject({
      ok: false,
      error: { code: "invalid", field },
    });
  });

  it("SE-9: does nothing for who has not joined", async () => {
    const app = await startServer();
    const socket = await connectAgent(app);
    expect(await command(socket, { type: "lock.acquire", wants: [{ resource: "a" }] })).toMatchObject({ ok: false, error: { code: "noSession" } });
    expect(await socket.emitWithAck("heartbeat", {})).toMatchObject({ ok: false, error: { code: "noSession" } });
    expect(await socket.emitWithAck("join", { agent: "a1", resumeKey })).toMatchObject({ ok: true });
    expect(await socket.emitWithAck("join", { agent: "a2", resumeKey })).toMatchObject({ ok: false, error: { code: "conflict" } });
  });

  it("SE-11: tells a waiter that it was granted, after the answer that it waits", async () => {
    const app = await startServer();
    const holder = await joined(app, "a1");
    const waiter = await joined(app, "a2");
    const notices = collect<Notice[]>(waiter, "notices");
    const fence = await acquire(holder, "repo/a");
    expect(await command(waiter, { id: "w", type: "lock.acquire", wants: [{ resource: "repo" }] })).toMatchObject({ ok: true, result: { status: "queued" } });
    await command(holder, { type: "lock.release", resource: "repo/a", fence });
    await until(() => expect(notices.flat()).toMatchObject([{ type: "granted", command: "w", locks: [{ resource: "repo" }] }]));
  });
});

describe("sessions", () => {
  it("resume on a new connection with all they hold; the older connection is closed", async () => {
    const app = await startServer();
    const first = await connectAgent(app);
    const { session } = await join(first, "a1");
    const fence = await acquire(first, "repo/a");
    const refused = collect(first, "refused");
    const second = await connectAgent(app);
    expect(await second.emitWithAck("resume", { session, resumeKey })).toMatchObject({
      ok: true,
      holdings: { session, agent: "a1", locks: [{ resource: "repo/a", fence }] },
    });
    await until(() => expect(first.connected).toBe(false));
    expect(refused).toMatchObject([{ code: "conflict" }]);
    expect(app.spaces.get("main")!.state.sessions.get(session)).toMatchObject({ connected: true });
    expect(await command(second, { type: "lock.release", resource: "repo/a", fence })).toMatchObject({ ok: true });
  });

  it("are joined once, also when the answer is lost and the join comes again", async () => {
    const app = await startServer();
    const first = await connectAgent(app);
    const { session } = await join(first, "a1");
    const fence = await acquire(first, "repo/a");
    const again = await join(await connectAgent(app), "a1");
    expect(again).toMatchObject({ session, locks: [{ fence }] });
    expect(await (await connectAgent(app)).emitWithAck("join", { agent: "a1", resumeKey: `${resumeKey}!` })).toMatchObject({ error: { code: "agentPresent" } });
  });

  it("SE-8: are joined once, though the answer was lost and the join is sent again", async () => {
    const app = await startServer();
    const first = await connectAgent(app);
    const { session } = await join(first, "a1");
    const second = await connectAgent(app);
    expect((await join(second, "a1")).session).toBe(session);
    const third = await connectAgent(app);
    expect(await third.emitWithAck("join", { agent: "a1", resumeKey: "another secret of it" })).toMatchObject({ ok: false, error: { code: "agentPresent" } });
  });

  it("are given to nobody else: not with another key, not by another principal", async () => {
    const app = await startServer();
    const socket = await connectAgent(app, { principal: "ann" });
    const { session } = await join(socket, "a1");
    const thief = await connectAgent(app, { principal: "eve" });
    expect(await thief.emitWithAck("resume", { session, resumeKey })).toMatchObject({ ok: false, error: { code: "unauthorized" } });
    const guesser = await connectAgent(app, { principal: "ann" });
    expect(await guesser.emitWithAck("resume", { session, resumeKey: `${resumeKey}!` })).toMatchObject({ ok: false, error: { code: "unauthorized" } });
    expect(await guesser.emitWithAck("resume", { session: "never-was", resumeKey })).toMatchObject({ ok: false, error: { code: "noSession" } });
    expect(socket.connected).toBe(true);
  });

  it("SE-1: are replaced by their own principal only", async () => {
    const app = await startServer();
    const socket = await connectAgent(app, { principal: "ann" });
    await join(socket, "a1");
    const notices = collect<Notice[]>(socket, "notices");
    const other = await connectAgent(app, { principal: "eve" });
    expect(await other.emitWithAck("join", { agent: "a1", resumeKey })).toMatchObject({ ok: false, error: { code: "agentPresent" } });
    expect(await other.emitWithAck("join", { agent: "a1", resumeKey, replace: true })).toMatchObject({
      ok: false,
      error: { code: "unauthorized", field: "replace" },
    });
    const own = await connectAgent(app, { principal: "ann" });
    await join(own, "a1", { replace: true });
    await until(() => expect(notices.flat()).toMatchObject([{ type: "ended", why: "replaced" }]));
    expect(await command(socket, { type: "session.leave" })).toMatchObject({ ok: false, error: { code: "noSession" } });
  });

  it("SE-2, SE-3: know when their connection is gone, and end when nobody renews them", async () => {
    const app = await startServer();
    const { state } = app.spaces.get("main")!;
    const socket = await connectAgent(app);
    const { session } = await join(socket, "a1", { ttlMs: 1_000 });
    await acquire(socket, "repo/a");
    socket.disconnect();
    await until(() => expect(state.sessions.get(session)).toMatchObject({ connected: false }));
    await until(() => expect(state.sessions.has(session)).toBe(false));
    expect([...state.locks.values()]).toMatchObject([{ resource: "repo/a", coolingUntilMs: expect.any(Number) }]);
  });

  it("SE-4: stay while they are renewed, however short their lease", async () => {
    const app = await startServer();
    const socket = await connectAgent(app);
    const { session } = await join(socket, "a1", { ttlMs: 1_000 });
    const begunMs = performance.now();
    await until(async () => {
      expect(await socket.emitWithAck("heartbeat", {})).toMatchObject({ ok: true, ttlMs: 1_000 });
      expect(performance.now() - begunMs).toBeGreaterThan(1_500);
    });
    const viewer = await connectOperator(app);
    expect(await viewer.emitWithAck("vitals", { sessions: [session, "never-was"] })).toMatchObject({ ok: true, vitals: [{ session }] });
  });
});
