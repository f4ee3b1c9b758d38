import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeServer } from "./fake-server.ts";

let server: FakeServer;

beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
});

afterEach(() => {
  vi.useRealTimers();
});

const asked = () => server.commands.flatMap((command) => (command.type === "lock.acquire" ? command.wants.map((want) => want.resource) : []));
const backOff = (ms: number) => server.notify({ type: "backOff", ms, because: "w1 and w2 keep each other from getting anywhere" });

test("LV-3 who is asked to stand back asks for nothing until that is over; all else goes on", async () => {
  const box = await server.connect();
  const held = await box.lock("held");
  backOff(2_000);
  const next = box.lock("next");
  await held.release();
  await vi.advanceTimersByTimeAsync(1_900);
  expect(asked()).toEqual(["held"]);
  await vi.advanceTimersByTimeAsync(200);
  expect(await next).toMatchObject({ resource: "next" });
  expect(asked()).toEqual(["held", "next"]);
  box.close();
});

test("a second notice makes it longer, never shorter", async () => {
  const box = await server.connect();
  backOff(2_000);
  backOff(500);
  const next = box.lock("next");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(asked()).toEqual([]);
  backOff(3_000);
  await vi.advanceTimersByTimeAsync(2_900);
  expect(asked()).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  await next;
  box.close();
});

test("a wait given up while standing back is given up at once, and nothing is asked", async () => {
  const box = await server.connect();
  backOff(2_000);
  const giveUp = new AbortController();
  const next = box.lock("next", { signal: giveUp.signal });
  giveUp.abort(new Error("no longer needed"));
  await expect(next).rejects.toThrow("no longer needed");
  await vi.advanceTimersByTimeAsync(3_000);
  expect(asked()).toEqual([]);
  box.close();
});

test("the end of the session ends the standing back", async () => {
  const box = await server.connect();
  backOff(2_000);
  const next = box.lock("next");
  box.close();
  await expect(next).rejects.toThrow();
});
