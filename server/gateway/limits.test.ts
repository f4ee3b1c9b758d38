import { afterEach, describe, expect, it } from "vitest";
import { newToken } from "../config/tokens.ts";
import { closeServers, command, connectAgent, connectOperator, joined, refusalOf, startServer, subscribe, until } from "../test-server.ts";
import { TokenBucket } from "./token-bucket.ts";

afterEach(closeServers);

const declare = (id: number) => ({ id: `c${id}`, type: "session.declare", progress: id });

/** Nothing flows into a token bucket while time stands still, however slow the machine is. */
const stopped = { clock: { nowMs: () => 1_000_000 } };

describe("limits of a principal", () => {
  it("on the rate: what is over is refused, with when to try again, and spoils nothing else", async () => {
    const app = await startServer({ limits: { commandsPerSecond: 100, commandBurst: 20 } });
    const socket = await joined(app, "a1");
    const answers = await socket.emitWithAck(
      "commands",
      Array.from({ length: 60 }, (_, index) => declare(index)),
    );
    const refused = answers.filter((answer) => !answer.ok);
    expect(answers.map((answer) => answer.id)).toEqual(Array.from({ length: 60 }, (_, index) => `c${index}`));
    expect(refused.length).toBeGreaterThan(30);
    expect(refused.length).toBeLessThan(50);
    expect(refused[0]).toMatchObject({
      error: { code: "limit", message: expect.stringMatching(/local may send 100 commands a second; try again in \d+ ms/), retryMs: expect.any(Number) },
    });
    await until(async () => expect(await command(socket, { type: "session.declare", progress: 99 })).toMatchObject({ ok: true }));
  });

  it("on the rate count all its connections together, and nobody else's", async () => {
    const app = await startServer({ limits: { commandsPerSecond: 1, commandBurst: 10 } }, stopped);
    const first = await joined(app, "a1", { principal: "ann" });
    const second = await joined(app, "a2", { principal: "ann" });
    const other = await joined(app, "b1", { principal: "bob" });
    await first.emitWithAck(
      "commands",
      Array.from({ length: 8 }, (_, index) => declare(index)),
    );
    expect(await command(second, { type: "session.declare" })).toMatchObject({ ok: false, error: { code: "limit" } });
    expect(await command(other, { type: "session.declare" })).toMatchObject({ ok: true });
  });

  it("leave heartbeats alone: no lease runs out because a colleague floods", async () => {
    const app = await startServer({ limits: { commandsPerSecond: 1, commandBurst: 2 } }, stopped);
    const socket = await joined(app, "a1");
    await socket.emitWithAck(
      "commands",
      Array.from({ length: 50 }, (_, index) => declare(index)),
    );
    expect(await socket.emitWithAck("heartbeat", {})).toMatchObject({ ok: true });
  });

  it("on commands that are not answered yet", async () => {
    const app = await startServer({ limits: { outstandingCommands: 10 } });
    const socket = await joined(app, "a1");
    const answers = await socket.emitWithAck(
      "commands",
      Array.from({ length: 15 }, (_, index) => declare(index)),
    );
    expect(answers.map((answer) => answer.ok)).toEqual(Array.from({ length: 15 }, (_, index) => index < 10));
    expect(answers[14]).toMatchObject({ error: { code: "limit", message: expect.stringContaining("may have 10 commands unanswered; try again in") } });
    expect(await command(socket, { type: "session.declare" })).toMatchObject({ ok: true });
  });

  it("on connections, agents' and viewers' together; one that closes makes room", async () => {
    const { token, entry } = newToken("ann", "operator");
    const app = await startServer({ tokens: [entry], limits: { connections: 2 } });
    const first = await connectOperator(app, { token });
    await connectOperator(app, { token });
    expect(await refusalOf(connectOperator(app, { token }))).toMatchObject({
      code: "limit",
      message: expect.stringContaining("ann may have 2 connections"),
      retryMs: expect.any(Number),
    });
    first.disconnect();
    await until(() => connectOperator(app, { token }));
  });

  it("on the length of a message: it is answered, and the connection stays", async () => {
    const app = await startServer({ limits: { messageLength: 2_000 } });
    const socket = await joined(app, "a1");
    const long = [{ id: "1", type: "session.declare", doing: "x".repeat(3_000) }];
    expect(await socket.emitWithAck("commands", long)).toEqual([
      { id: "", ok: false, error: { code: "limit", message: expect.stringMatching(/a message of 30\d\d characters is too long/) } },
    ]);
    const answer: unknown = await (socket as unknown as { emitWithAck(event: string, message: unknown): Promise<unknown> }).emitWithAck("join", {
      agent: "x".repeat(3_000),
    });
    expect(answer).toMatchObject({ ok: false, error: { code: "limit" } });
    expect(await command(socket, { type: "session.declare" })).toMatchObject({ ok: true });
    // Far beyond the limit it is not worth an answer.
    socket.emit("commands", ["x".repeat(50_000)], () => {});
    await until(() => expect(socket.connected).toBe(false));
  });

  it("on the server's connections in all", async () => {
    const app = await startServer({ limits: { connectionsInAll: 1 } });
    const socket = await connectAgent(app, { principal: "ann" });
    await expect(connectAgent(app, { principal: "bob" })).rejects.toThrow();
    socket.disconnect();
    await until(() => connectAgent(app, { principal: "bob" }));
  });

  it("on questions that look into the journal", async () => {
    const app = await startServer();
    const viewer = await connectOperator(app);
    const answers = await Promise.all(Array.from({ length: 12 }, () => viewer.emitWithAck("history", {})));
    expect(answers.filter((answer) => answer.ok).length).toBeGreaterThanOrEqual(8);
    for (const answer of answers) if (!answer.ok) expect(answer.error).toMatchObject({ code: "limit", retryMs: 200 });
    expect(await viewer.emitWithAck("history", {})).toMatchObject({ ok: true });
  });

  it("close the connection of who floods, and of nobody who is only somewhat too fast", async () => {
    const app = await startServer({ limits: { commandsPerSecond: 1, commandBurst: 10 } }, stopped);
    const flooder = await joined(app, "a1", { principal: "eve" });
    const other = await joined(app, "b1", { principal: "bob" });
    const batch = Array.from({ length: 128 }, (_, index) => declare(index));
    for (let time = 0; time < 100; time++) await flooder.emitWithAck("commands", batch);
    expect(flooder.connected).toBe(true);
    for (let time = 0; time < 100; time++) flooder.emit("commands", batch, () => {});
    await until(() => expect(flooder.connected).toBe(false));
    expect(await command(other, { type: "session.declare" })).toMatchObject({ ok: true });
  });

  it("make subscriptions dear: each costs as much as fifty commands", async () => {
    const app = await startServer({ limits: { commandsPerSecond: 1, commandBurst: 120 } }, stopped);
    const viewer = await connectOperator(app);
    await subscribe(viewer);
    await subscribe(viewer);
    expect(await viewer.emitWithAck("subscribe", {})).toMatchObject({ ok: false, error: { code: "limit" } });
  });
});

describe("a token bucket", () => {
  it("lets bursts through and then a steady rate", () => {
    const bucket = new TokenBucket(10, 3, 0);
    expect([bucket.take(1, 0), bucket.take(1, 0), bucket.take(1, 0)]).toEqual([0, 0, 0]);
    expect(bucket.take(1, 0)).toBe(100);
    expect(bucket.take(1, 99)).toBe(1);
    expect(bucket.take(1, 100)).toBe(0);
    expect(bucket.take(3, 100)).toBe(300);
  });

  it("never holds more than its capacity", () => {
    const bucket = new TokenBucket(1_000, 2, 0);
    expect(bucket.take(2, 1_000_000)).toBe(0);
    expect(bucket.take(1, 1_000_000)).toBe(1);
  });
});
