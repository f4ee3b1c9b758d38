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
const backOff = (ms: number, resources = ["repo/a", "repo/b"]) =>
  server.notify({ type: "backOff", ms, resources, because: "w1 and w2 keep each other from getting anywhere." });
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test("LV-3 who is asked to stand back asks for nothing of that until it is over; all else goes on", async () => {
  const box = await server.connect();
  const held = await box.lock("held");
  backOff(2_000);
  const next = box.lock("repo/a");
  const part = box.lock("repo/b/app.ts");
  await box.lock("docs");
  await held.release();
  await pass(1_900);
  expect(asked()).toEqual(["held", "docs"]);
  await pass(200);
  expect(await next).toMatchObject({ resource: "repo/a" });
  await part;
  expect(asked()).toEqual(["held", "docs", "repo/a", "repo/b/app.ts"]);
  box.close();
});

test("LV-3 who holds some of that does not wait with it in its hands: it is told to give back, and then waits its turn", async () => {
  const box = await server.connect();
  const held = await box.lock("repo/a/src");
  backOff(2_000);
  const refused = box.lock("repo/b").catch((error: unknown) => error);
  await pass(150);
  expect(await refused).toMatchObject({ code: "backOff", message: expect.stringContaining("release repo/a/src, then try again"), retryMs: expect.any(Number) });
  expect(held.state).toBe("held");
  await held.release();
  const next = box.lock("repo/b");
  await pass(1_700);
  expect(asked()).toEqual(["repo/a/src"]);
  await pass(200);
  await next;
  box.close();
});

test("what is held already may be taken once more", async () => {
  const box = await server.connect();
  await box.lock("repo/a");
  backOff(2_000);
  await box.lock("repo/a");
  expect(asked()).toEqual(["repo/a", "repo/a"]);
  box.close();
});

test("a try never waits: it is busy, whatever is held; and takes its time, so that who tries again at once does not spin", async () => {
  const box = await server.connect();
  backOff(2_000);
  const first = box.tryLock("repo/a");
  let tried = false;
  void first.then(() => {
    tried = true;
  });
  await pass(90);
  expect(tried).toBe(false);
  await pass(20);
  expect(await first).toMatchObject({ busy: true, message: expect.stringContaining("stand back") });
  await pass(2_000);
  const held = await box.tryLock("repo/a");
  expect(held.busy).toBe(false);
  backOff(2_000);
  const second = box.tryLock("repo/b");
  await pass(110);
  expect((await second).busy).toBe(true);
  box.close();
});

test("standing back is a part of the wait: a shorter wait ends at its deadline, a longer one asks with what is left of it", async () => {
  const box = await server.connect();
  backOff(2_000);
  const short = box.lock("repo/a", { waitMs: 500 }).catch((error: unknown) => error);
  const long = box.lock("repo/b", { waitMs: 5_000 });
  await pass(600);
  expect(await short).toMatchObject({ code: "deadline" });
  await pass(1_500);
  await long;
  expect(server.commands.filter((command) => command.type === "lock.acquire").map(({ waitMs }) => waitMs)).toEqual([3_000]);
  box.close();
});

test("a second notice makes it longer, never shorter", async () => {
  const box = await server.connect();
  backOff(2_000);
  backOff(500);
  const next = box.lock("repo/a");
  await pass(1_000);
  expect(asked()).toEqual([]);
  backOff(3_000);
  await pass(2_900);
  expect(asked()).toEqual([]);
  await pass(200);
  await next;
  box.close();
});

test("a wait given up while standing back is given up at once, and nothing is asked", async () => {
  const box = await server.connect();
  backOff(2_000);
  const giveUp = new AbortController();
  const next = box.lock("repo/a", { signal: giveUp.signal });
  giveUp.abort(new Error("no longer needed"));
  await expect(next).rejects.toThrow("no longer needed");
  await pass(3_000);
  expect(asked()).toEqual([]);
  box.close();
});

test("the end of the session ends the standing back", async () => {
  const box = await server.connect();
  backOff(2_000);
  const next = box.lock("repo/a");
  box.close();
  await expect(next).rejects.toThrow();
});
