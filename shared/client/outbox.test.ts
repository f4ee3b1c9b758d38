import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeServer, grantAll } from "./fake-server.ts";

let server: FakeServer;

beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
});

afterEach(() => {
  vi.useRealTimers();
});

const acquires = () => server.commands.filter(({ type }) => type === "lock.acquire");
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** An overloaded server puts every request off so many times. */
function overload(times: number, retryMs?: number): void {
  const grant = grantAll();
  server.reply = (command) => (command.type === "lock.acquire" && acquires().length <= times ? { error: "unavailable", retryMs } : grant(command));
}

test("SE-8 what an overloaded server puts off goes again under the same id, not sooner than it said; the rest goes on", async () => {
  const box = await server.connect();
  overload(2, 250);
  const lock = box.lock("x");
  await box.declare({ state: "working" });
  await pass(200);
  expect(acquires()).toHaveLength(1);
  await pass(800);
  expect((await lock).resource).toBe("x");
  expect(new Set(acquires().map(({ id }) => id)).size).toBe(1);
  expect(acquires()).toHaveLength(3);
  box.close();
});

test("after a few times the caller is told", async () => {
  const box = await server.connect();
  overload(1_000, 250);
  const lock = box.lock("x").catch((error: unknown) => error);
  await pass(10_000);
  expect(await lock).toMatchObject({ code: "unavailable", retryMs: 250 });
  expect(acquires()).toHaveLength(6);
  box.close();
});

test.each([undefined, 60_000])("a server that is stopped, or wants to be left alone for long, is not asked again (%s)", async (retryMs) => {
  const box = await server.connect();
  overload(1, retryMs);
  await expect(box.lock("x")).rejects.toMatchObject({ code: "unavailable" });
  await pass(10_000);
  expect(acquires()).toHaveLength(1);
  box.close();
});

test("what was put off can be given up without a word to the server", async () => {
  const box = await server.connect();
  overload(1, 250);
  const giveUp = new AbortController();
  const lock = box.lock("x", { signal: giveUp.signal }).catch((error: unknown) => error);
  await pass(10);
  giveUp.abort(new Error("no longer needed"));
  await pass(1_000);
  expect(await lock).toMatchObject({ message: "no longer needed" });
  expect(server.commands.map(({ type }) => type)).toEqual(["lock.acquire"]);
  box.close();
});

test("what was put off fails with its session", async () => {
  const box = await server.connect();
  overload(1, 250);
  const lock = box.lock("x").catch((error: unknown) => error);
  await pass(10);
  box.close();
  await pass(1_000);
  expect(await lock).toMatchObject({ code: "closed" });
  expect(acquires()).toHaveLength(1);
});
