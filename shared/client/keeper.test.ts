import { expect, test, vi } from "vitest";
import { lockRecord } from "./fake-server.ts";
import { joined, joinedTelling, openScene, pass, server } from "./testing/scene.ts";

openScene();

const heartbeats = () => server.heard.filter((each) => each.event === "heartbeat").length;

test("SE-4: a heartbeat goes every third of the lease and keeps it certain", async () => {
  const { box, statuses } = await joinedTelling();
  const lock = await box.lock("repo");
  await pass(60_000);
  expect(heartbeats()).toBe(1 + 12);
  expect([lock.state, statuses]).toEqual(["held", []]);
});

test("SE-7: uncertain is told before the lease can pass, lost at its end, and only then", async () => {
  const { box, statuses } = await joinedTelling({ rejoin: false });
  const lock = await box.lock("repo");
  server.holdings.locks = [lockRecord("1", "repo", "c")];
  const doubts = vi.fn();
  lock.onUncertain(doubts);
  server.beating = false;
  await pass(9_900);
  expect(lock.state).toBe("held");
  await pass(200);
  expect([lock.state, doubts.mock.calls.length, lock.signal.aborted]).toEqual(["uncertain", 1, false]);
  expect(() => lock.assertHeld()).toThrow(/write nothing/);
  await pass(4_600);
  expect(lock.state).toBe("uncertain");
  await pass(200);
  expect([lock.state, lock.signal.aborted]).toEqual(["lost", true]);
  expect(statuses).toEqual(["uncertain", "closed"]);
});

test("a heartbeat that is answered again makes it certain again", async () => {
  const { box, statuses } = await joinedTelling();
  const lock = await box.lock("repo");
  server.holdings.locks = [lockRecord("1", "repo", "c")];
  server.beating = false;
  await pass(11_000);
  expect(lock.state).toBe("uncertain");
  server.beating = true;
  await pass(3_000);
  expect(lock.state).toBe("held");
  expect(statuses).toEqual(["uncertain", "connected"]);
});

test("SE-7: the lease counts from when the heartbeat was sent, however late its answer", async () => {
  const box = await joined({ rejoin: false });
  const lock = await box.lock("repo");
  server.holdings.locks = [lockRecord("1", "repo", "c")];
  const hear = server.hear.bind(server);
  let answered = 0;
  server.hear = (asked) => {
    if (asked.event !== "heartbeat") hear(asked);
    else if (answered++ === 0) setTimeout(() => hear(asked), 4_000);
  };
  await pass(5_000 + 14_800);
  expect([answered > 1, lock.state]).toEqual([true, "uncertain"]);
  await pass(100);
  expect(lock.state).toBe("lost");
});

test("a renewal loop does not end at a refused or malformed answer", async () => {
  const box = await joined();
  const lock = await box.lock("repo");
  server.holdings.locks = [lockRecord("1", "repo", "c")];
  const hear = server.hear.bind(server);
  let bad = 2;
  server.hear = (asked) => {
    if (asked.event === "heartbeat" && bad > 0) {
      bad--;
      asked.answer(bad === 1 ? { ok: false, error: { code: "limit", message: "too many" } } : "what?");
    } else hear(asked);
  };
  await pass(20_000);
  expect([bad, lock.state]).toEqual([0, "held"]);
});

test("a process that was stopped beyond its lease finds out at its first look, before any timer", async () => {
  const box = await joined();
  const lock = await box.lock("repo");
  const { signal } = lock;
  const monotonic = performance.now.bind(performance);
  vi.spyOn(performance, "now").mockImplementation(() => monotonic() + 15_000);
  expect(lock.state).toBe("lost");
  expect(signal.aborted).toBe(true);
  expect(() => lock.assertHeld()).toThrow(/within the lease of 15000 ms/);
  await lock[Symbol.asyncDispose]();
  expect(server.commands.map((command) => command.type)).toEqual(["lock.acquire"]);
});

test("an answer that was read too late revives nothing", async () => {
  const box = await joined({ rejoin: false });
  const lock = await box.lock("repo");
  const late: (() => void)[] = [];
  const hear = server.hear.bind(server);
  server.hear = (asked) => void (asked.event === "heartbeat" ? late.push(() => hear(asked)) : hear(asked));
  await pass(5_000);
  const monotonic = performance.now.bind(performance);
  vi.spyOn(performance, "now").mockImplementation(() => monotonic() + 11_000);
  for (const answer of late) answer();
  await pass(0);
  expect(lock.state).toBe("lost");
});

test("attempts spread out by full jitter, up to a bound within the lease", async () => {
  const { statuses } = await joinedTelling({ rejoin: true });
  server.listening = false;
  vi.spyOn(Math, "random").mockReturnValue(0.999_999);
  server.attemptsAtMs.length = 0;
  server.drop();
  await pass(30_000);
  const gaps = server.attemptsAtMs.slice(1).map((at, index) => Math.round(at - (server.attemptsAtMs[index] ?? 0)));
  // A timer counts whole milliseconds.
  expect(gaps.slice(0, 5)).toEqual([399, 799, 1_599, 3_199, 4_999]);
  expect(Math.max(...gaps)).toBe(4_999);
  expect(statuses.at(-1)).toBe("lost");
});

test("a server that takes the connection but not the session is left for another try", async () => {
  const box = await joined();
  server.greeting = false;
  server.drop();
  await pass(1_000);
  const attempts = server.attemptsAtMs.length;
  server.greeting = true;
  await pass(10_000);
  expect(server.attemptsAtMs.length).toBeGreaterThan(attempts);
  expect(box.status).toBe("connected");
});
