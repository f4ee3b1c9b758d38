import { expect, test, vi } from "vitest";
import { grantAll, lockRecord } from "./fake-server.ts";
import { joined, joinedTelling, openScene, pass, server } from "./testing/scene.ts";

openScene();

test("after a lost connection it resumes with its key, and what it holds stays held", async () => {
  const { box, statuses } = await joinedTelling();
  const lock = await box.lock("repo");
  server.holdings.locks = [lockRecord("1", "repo", "c")];
  server.drop();
  expect([box.status, lock.state]).toEqual(["connecting", "held"]);
  await pass(1_000);
  expect(statuses).toEqual(["connecting", "connected"]);
  const [join, resume] = server.heard.filter((each) => each.event === "join" || each.event === "resume");
  const { resumeKey } = (join?.message ?? {}) as { resumeKey?: string };
  expect(resumeKey).toHaveLength(32);
  expect(resume).toMatchObject({ event: "resume", message: { session: "s1", resumeKey } });
  expect(lock.state).toBe("held");
});

test("SE-11: holdings after a resume: what is gone is lost, what was granted meanwhile is held, what waits goes on waiting", async () => {
  const box = await joined();
  const kept = await box.lock("kept");
  const gone = await box.lock("gone");
  server.reply = () => ({ status: "queued", request: 1, blockers: [] });
  const granted = box.lock("granted");
  const waiting = box.lock("waiting");
  const ended = box.lock("ended");
  const upgrading = kept.upgrade();
  await pass(0);
  const idOf = (resource: string) => server.commands.find((command) => command.type === "lock.acquire" && command.wants[0]?.resource === resource)?.id ?? "";
  server.holdings = {
    locks: [
      lockRecord("7", "kept", idOf("kept")),
      lockRecord("5", "granted", idOf("granted")),
      lockRecord("9", "handed", "foreign1"),
      lockRecord("2", "gone", idOf("gone"), { coolingUntilMs: 99 }),
    ],
    waits: [
      {
        request: 2,
        session: "s1",
        agent: "w1",
        command: idOf("waiting"),
        wants: [{ resource: "waiting", mode: "exclusive", weight: 1 }],
        priority: 0,
        rank: 0,
        queuedMs: 0,
        reason: "",
      },
    ],
    intents: [],
    groups: [],
  };
  const received = vi.fn();
  box.onReceived((lock) => received(lock.resource));
  ended.catch(() => undefined);
  server.drop();
  await pass(1_000);
  await upgrading;
  expect([kept.fence, kept.state, gone.state]).toEqual(["7", "held", "lost"]);
  expect((await granted).fence).toBe("5");
  await expect(ended).rejects.toMatchObject({ code: "cancelled" });
  expect(received).toHaveBeenCalledExactlyOnceWith("handed");
  expect(await Promise.race([waiting, Promise.resolve("still waiting")])).toBe("still waiting");
  server.notify({ type: "granted", command: idOf("waiting"), locks: [lockRecord("11", "waiting", idOf("waiting"))] });
  expect((await waiting).fence).toBe("11");
});

test("LK-9: a request that re-entered one lock and waited for another has both after a resume", async () => {
  const box = await joined();
  const first = await box.lock("a");
  server.reply = () => ({ status: "queued", request: 1, blockers: [] });
  const both = box.lock(["a", "b"]);
  await pass(0);
  const id = server.commands.at(-1)?.id ?? "";
  server.holdings.locks = [lockRecord("1", "a", server.commands[0]?.id ?? "", { holds: 2 }), lockRecord("2", "b", id)];
  server.drop();
  await pass(1_000);
  expect((await both).locks.map((lock) => [lock.resource, lock.fence])).toEqual([
    ["a", "1"],
    ["b", "2"],
  ]);
  server.reply = () => ({ status: "done" });
  await first.release();
  await (await both).release();
  const released = server.commands.flatMap((command) => (command.type === "lock.release" ? [command.fence] : []));
  expect(released).toEqual(["1", "1", "2"]);
});

test("LK-17: a wait that was given up while the connection was lost gives all its locks back", async () => {
  const box = await joined();
  server.reply = () => ({ status: "queued", request: 1, blockers: [] });
  const abort = new AbortController();
  const asked = box.lock(["a", "b"], { signal: abort.signal });
  await pass(0);
  const id = server.commands[0]?.id ?? "";
  server.drop();
  abort.abort(new Error("too long"));
  await expect(asked).rejects.toThrow("too long");
  const received = vi.fn();
  box.onReceived(received);
  server.holdings.locks = [lockRecord("1", "a", id), lockRecord("2", "b", id)];
  server.reply = (command) => (command.type === "lock.cancel" ? { error: "notFound" } : { status: "done" });
  await pass(1_000);
  const released = server.commands.flatMap((command) => (command.type === "lock.release" ? [command.fence] : []));
  expect(released).toEqual(["1", "2"]);
  expect(received).not.toHaveBeenCalled();
  expect(box.locks).toEqual([]);
});

test("LK-17: an unanswered request that was given up meanwhile gives back what it was granted, though its first answer was that it waits", async () => {
  const box = await joined();
  server.reply = () => undefined;
  const abort = new AbortController();
  const asked = box.lock("a", { signal: abort.signal });
  await pass(0);
  const id = server.commands[0]?.id ?? "";
  server.drop();
  abort.abort(new Error("too long"));
  await expect(asked).rejects.toThrow("too long");
  server.holdings.locks = [lockRecord("1", "a", id)];
  server.reply = (command) => {
    if (command.type === "lock.acquire") return { status: "queued", request: 1, blockers: [] };
    return command.type === "lock.cancel" ? { error: "notFound" } : { status: "done" };
  };
  await pass(1_000);
  expect(server.commands.filter((command) => command.type === "lock.release")).toMatchObject([{ resource: "a", fence: "1" }]);
});

test("LK-17: what was granted after it was given up is on its way back, not handed over, when the connection breaks before that is answered", async () => {
  const box = await joined();
  const received = vi.fn();
  box.onReceived(received);
  server.reply = () => ({ status: "queued", request: 1, blockers: [] });
  const abort = new AbortController();
  const asked = box.lock("a", { signal: abort.signal });
  await pass(0);
  const id = server.commands[0]?.id ?? "";
  server.reply = () => undefined;
  abort.abort(new Error("too long"));
  await expect(asked).rejects.toThrow("too long");
  server.notify({ type: "granted", command: id, locks: [lockRecord("1", "a", id)] });
  await pass(0);
  server.holdings.locks = [lockRecord("1", "a", id)];
  server.reply = () => ({ status: "done" });
  server.drop();
  await pass(1_000);
  const releases = server.commands.filter((command) => command.type === "lock.release");
  expect(releases.length).toBeGreaterThan(0);
  expect(new Set(releases.map((release) => release.id)).size).toBe(1);
  expect(received).not.toHaveBeenCalled();
  expect(box.locks).toEqual([]);
});

test("SE-8: unanswered commands go again, in order and under the same ids", async () => {
  const box = await joined();
  const grant = grantAll();
  server.reply = () => undefined;
  const asked = Promise.all([box.lock("a"), box.lock("b")]);
  await pass(0);
  server.reply = grant;
  server.drop();
  await pass(1_000);
  expect((await asked).map((lock) => lock.fence)).toEqual(["1", "2"]);
  expect(server.batches[1]).toEqual(server.batches[0]);
});

test("a resent wait whose first answer comes again is checked against the holdings", async () => {
  const box = await joined();
  server.reply = () => undefined;
  const over = box.lock("over");
  const granted = box.lock("granted");
  over.catch(() => undefined);
  await pass(0);
  server.reply = () => ({ status: "queued", request: 1, blockers: [] });
  server.drop();
  const hear = server.hear.bind(server);
  let resumes = 0;
  server.hear = (asked) => {
    // The second resume is the question what became of them: by then one was granted and the other ended.
    if (asked.event === "resume" && ++resumes === 2) server.holdings.locks = [lockRecord("4", "granted", server.commands[1]?.id ?? "")];
    hear(asked);
  };
  await pass(1_000);
  expect(resumes).toBe(2);
  await expect(over).rejects.toMatchObject({ code: "cancelled" });
  expect((await granted).fence).toBe("4");
});

test("notices that overtake the answer to a resume are judged after it", async () => {
  const box = await joined();
  server.reply = () => ({ status: "queued", request: 1, blockers: [] });
  const asked = box.lock("repo");
  await pass(0);
  const id = server.commands[0]?.id ?? "";
  server.holdings.waits = [{ request: 1, session: "s1", agent: "w1", command: id, wants: [], priority: 0, rank: 0, queuedMs: 0, reason: "" }];
  const hear = server.hear.bind(server);
  server.hear = (each) => {
    if (each.event === "resume") server.notify({ type: "granted", command: id, locks: [lockRecord("3", "repo", id)] });
    hear(each);
  };
  server.drop();
  await pass(1_000);
  const lock = await asked;
  expect([lock.fence, lock.state]).toEqual(["3", "held"]);
});

test("a session that is over at the resume is lost, and the box joins anew under another key", async () => {
  const { box, statuses } = await joinedTelling();
  const lock = await box.lock("repo");
  const intent = box.lock("other");
  await intent;
  server.refusal = { code: "noSession", message: "over" };
  server.drop();
  const hear = server.hear.bind(server);
  server.hear = (asked) => {
    if (asked.event === "join") server.refusal = undefined;
    hear(asked);
  };
  await pass(2_000);
  expect(lock.state).toBe("lost");
  expect(statuses).toEqual(["connecting", "lost", "connected"]);
  const keys = server.heard.filter((each) => each.event === "join").map((each) => (each.message as { resumeKey: string }).resumeKey);
  expect(new Set(keys).size).toBe(2);
  expect((await box.lock("repo")).state).toBe("held");
});

test("a session given up here is never resumed: the box waits until the server's has run out, too", async () => {
  const { box, statuses } = await joinedTelling();
  const lock = await box.lock("repo");
  server.listening = false;
  server.drop();
  await pass(15_000);
  expect([lock.state, box.status]).toEqual(["lost", "lost"]);
  server.listening = true;
  server.refusal = { code: "agentPresent", message: "still here" };
  await pass(8_000);
  server.refusal = undefined;
  await pass(6_000);
  expect(statuses).toEqual(["connecting", "uncertain", "lost", "connected"]);
  expect(server.heard.filter((each) => each.event === "resume")).toEqual([]);
});

test("a join whose answer was lost is tried again although its own session is in the way", async () => {
  server.greeting = false;
  const connecting = server.connect({ connectWaitMs: 60_000 });
  await pass(10);
  server.greeting = true;
  server.refusal = { code: "agentPresent", message: "w1 is here" };
  server.drop();
  await pass(5_000);
  server.refusal = undefined;
  await pass(6_000);
  const box = await connecting;
  expect(box.status).toBe("connected");
  box.close();
});

test("put out by an operator it does not come back by itself", async () => {
  const { box, statuses } = await joinedTelling();
  const lock = await box.lock("repo");
  server.notify({ type: "ended", why: "expelled", reason: "runs wild" });
  await pass(60_000);
  expect([lock.state, statuses]).toEqual(["lost", ["closed"]]);
  expect(() => lock.assertHeld()).toThrow(/expelled: runs wild/);
});

test("an answer that the session is not known here leads to a resume, not to a loss", async () => {
  const { box, statuses } = await joinedTelling();
  const lock = await box.lock("repo");
  server.holdings.locks = [lockRecord("1", "repo", "c")];
  server.reply = () => ({ error: "noSession" });
  await expect(box.declare({ state: "idle" })).rejects.toMatchObject({ code: "noSession" });
  await pass(1_000);
  expect(statuses).toEqual(["connecting", "connected"]);
  expect(lock.state).toBe("held");
});
