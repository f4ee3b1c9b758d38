import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import type { Input, Machine, Output } from "../../agents/machine.ts";
import { limits, type NodeView } from "../../model/index.ts";
import { SignalboxError } from "../errors.ts";
import { NodeClock } from "./clock.ts";
import { Host, type NodePorts, type RunOptions } from "./host.ts";
import { parcelKind, parcelsOf, Unpacker } from "./parcels.ts";
import { memoryNodeStore, type NodeStore } from "./store.ts";

type ToyMessage = { readonly say: string };
type ToyOutput = Output<ToyMessage, { readonly count: number }>;
type ToyNode = { readonly count: number; readonly role: NodeView["role"]; readonly commit: number };

/** Does what the test scripts: `script` says for each input what comes out. */
function toy(script: (input: Input<ToyMessage>, node: ToyNode) => readonly ToyOutput[]): Machine<null, ToyNode, ToyMessage, { count: number }> {
  return {
    name: "toy",
    message: z.strictObject({ say: z.string() }),
    durable: z.strictObject({ count: z.number() }),
    start: (_, __, durable) => ({ node: { count: durable?.count ?? 0, role: "follower", commit: 0 }, outputs: [] }),
    step(node, input) {
      const role = input.type === "ask" && input.ask.type === "campaign" ? "leader" : node.role;
      const next = { ...node, role, count: node.count + 1, commit: node.commit + (input.type === "timer" ? 1 : 0) };
      return { node: next, outputs: script(input, next) };
    },
    view: ({ role, count, commit }) => ({
      protocol: "toy",
      role,
      term: 1,
      leader: null,
      votedFor: null,
      votes: [],
      members: [],
      log: { first: 1, last: commit, commit, entries: [] },
      because: `step ${count}`,
    }),
  };
}

let did: string[];
let host: { end(why: SignalboxError): void } | undefined;
let told: NodeView[];
let clock: NodeClock;

beforeEach(() => {
  vi.useFakeTimers();
  did = [];
  told = [];
  clock = new NodeClock();
});
afterEach(() => {
  host?.end(new SignalboxError("closed", "The test is over."));
  host = undefined;
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

const ports: Omit<NodePorts, "clock"> = {
  agent: "w1",
  send: (to, kind, body) => void did.push(`send ${to} ${kind} ${body}`),
  tell: async (view) => {
    if (view !== null) told.push(view);
  },
  stopped: () => did.push("stopped"),
  log: (message) => did.push(message),
};

async function start(script: Parameters<typeof toy>[0], options: Partial<RunOptions<null>> = {}) {
  const made = await Host.start(toy(script), { group: "g", config: null, ...options }, { ...ports, clock });
  host = made;
  return made;
}

const hear = (text: string, kind = "toy") => ({ from: "w2", kind, body: text });
const say = (text: string) => hear(JSON.stringify({ say: text }));
const persist: ToyOutput = { type: "persist", durable: { count: 7 } };
const send = (text: string): ToyOutput => ({ type: "send", to: "w2", message: { say: text } });

/** A store whose saves end when the test says so. */
function slowStore(): NodeStore & { readonly finish: (error?: Error) => void } {
  let end: (error?: Error) => void = () => undefined;
  const keep = (what: string) => (record: string) =>
    new Promise<void>((resolve, reject) => {
      did.push(`${what} ${record}`);
      end = (error) => (error === undefined ? resolve() : reject(error));
    });
  return { load: async () => [], save: keep("save"), add: keep("add"), finish: (error) => end(error) };
}

describe("a hosted node", () => {
  test("what has to be durable is so before anything behind it happens, the next step too", async () => {
    const store = slowStore();
    const persist = (count: number): ToyOutput => ({ type: "persist", durable: { count } });
    const node = await start(({ type }, { count }) => (type === "message" ? [send("before"), persist(count), send("after")] : []), { store });
    node.receive(say("x"));
    node.receive(say("y"));
    await pass(10);
    expect(did).toEqual(['send w2 toy {"say":"before"}', 'save {"count":1}']);
    expect(node.view.because).toBe("step 1");
    store.finish();
    await pass(10);
    expect(did.slice(2)).toEqual(['send w2 toy {"say":"after"}', 'send w2 toy {"say":"before"}', 'add [{"at":["count"],"set":2}]']);
  });

  test("what cannot be made durable ends the node before it says anything", async () => {
    const store = slowStore();
    const node = await start(() => [persist, send("after")], { store });
    node.receive(say("x"));
    const asked = expect(node.propose("v")).rejects.toMatchObject({ code: "unavailable" });
    await pass(10);
    store.finish(new Error("no room"));
    await asked;
    expect(did.filter((each) => each.startsWith("send"))).toEqual([]);
    expect(node.stoppedWhy?.message).toContain("no room");
    node.receive(say("y"));
    await pass(10);
    expect(did.filter((each) => each.startsWith("save"))).toHaveLength(1);
  });

  test("a mistake of the machine or of whoever applies ends it as well", async () => {
    const node = await start(() => [{ type: "apply", index: 1, value: "v" }], { apply: () => Promise.reject(new Error("cannot apply")) });
    node.receive(say("x"));
    await pass(0);
    expect(node.stoppedWhy?.message).toContain("cannot apply");
    const other = await start(() => {
      throw new Error("mistake");
    });
    other.receive(say("x"));
    await pass(0);
    expect(other.stoppedWhy?.message).toContain("mistake");
  });

  test("timers run by the clock; setting one anew replaces it, null takes it back, even when it is due already", async () => {
    const fired: string[] = [];
    const set = (timer: string, afterMs: number | null): ToyOutput => ({ type: "timer", timer, afterMs });
    const node = await start((input) => {
      if (input.type === "timer") fired.push(`${input.timer} at ${input.nowMs - beganMs}`);
      if (input.type !== "message") return [];
      const { say } = input.message;
      if (say === "set") return [set("a", 100), set("b", 150), set("c", 200)];
      return say === "anew" ? [set("a", 100), set("b", null)] : [];
    });
    const beganMs = Math.floor(performance.now());
    node.receive(say("set"));
    await pass(60);
    node.receive(say("anew"));
    await pass(500);
    expect(fired).toEqual(["a at 160", "c at 200"]);
  });

  test("a timer that went off while a step was under way counts no more when that step took it back", async () => {
    const store = slowStore();
    const fired: string[] = [];
    const node = await start(
      (input) => {
        if (input.type === "timer") fired.push(input.timer);
        if (input.type !== "message") return [];
        return input.message.say === "set" ? [{ type: "timer", timer: "a", afterMs: 50 }] : [persist, { type: "timer", timer: "a", afterMs: null }];
      },
      { store },
    );
    node.receive(say("set"));
    node.receive(say("save and take back"));
    await pass(100);
    store.finish();
    await pass(100);
    expect(fired).toEqual([]);
  });

  test("what is no message of the protocol goes no further", async () => {
    const node = await start(() => [send("reply")]);
    for (const bad of [hear("{"), hear("null"), hear('{"say":1}'), hear('{"say":"x","more":1}'), hear('{"say":"x"}', "other"), hear("{}", "toy.part")])
      node.receive(bad);
    await pass(0);
    expect(did.filter((each) => each.startsWith("send"))).toEqual([]);
    expect(did).toHaveLength(4);
  });

  test("begins with what was saved; what is nothing that the machine saves is refused, and not begun anew", async () => {
    const store = memoryNodeStore();
    await store.save('{"count":41}');
    const node = await start(() => [], { store });
    node.receive(say("x"));
    await pass(0);
    expect(node.view.because).toBe("step 42");
    await store.save('{"count":"many"}');
    await expect(start(() => [], { store })).rejects.toMatchObject({ code: "invalid" });
    await store.save("{");
    await expect(start(() => [], { store })).rejects.toMatchObject({ code: "invalid" });
  });

  test("asks are answered by their ids, refused, or given up in time", async () => {
    const node = await start((input) => {
      if (input.type !== "ask" || !("id" in input.ask)) return [];
      const { id } = input.ask;
      if (input.ask.type !== "propose") return [];
      const ends: Readonly<Record<string, ToyOutput>> = {
        no: { type: "refused", id, why: "it does not lead" },
        lost: { type: "unknown", id, why: "the term is over" },
        yes: { type: "answer", id, value: id === "mine" ? "8" : "7" },
      };
      return [ends[input.ask.value]].filter((end) => end !== undefined);
    });
    expect(await node.propose("yes")).toBe("7");
    expect(await node.propose("yes", { id: "mine" })).toBe("8");
    await expect(node.propose("lost")).rejects.toMatchObject({ code: "unknown", message: expect.stringContaining("the term is over") });
    const slow = expect(node.propose("slow", { id: "mine", withinMs: 500 })).rejects.toMatchObject({ code: "deadline" });
    await expect(node.propose("slow", { id: "mine" })).rejects.toMatchObject({ code: "conflict" });
    await expect(node.propose("no")).rejects.toMatchObject({ code: "unavailable", message: expect.stringContaining("it does not lead") });
    const late = expect(node.read({ withinMs: 500 })).rejects.toMatchObject({ code: "deadline" });
    await pass(500);
    await slow;
    await late;
    const cut = expect(node.changeMembers(["w1"])).rejects.toMatchObject({ code: "closed" });
    await node.stop();
    await cut;
    await expect(node.read()).rejects.toMatchObject({ code: "closed" });
  });

  test("tells its view when something of it changed, four times a second at most, and anew in a new session", async () => {
    const node = await start((input) => (input.type === "timer" || input.type === "message" ? [{ type: "timer", timer: "t", afterMs: 20 }] : []));
    await pass(0);
    expect(told).toHaveLength(1);
    node.receive(say("begin"));
    await pass(1_000);
    expect(told.length).toBeGreaterThanOrEqual(4);
    expect(told.length).toBeLessThanOrEqual(6);
    const { length } = told;
    node.newSession();
    await pass(260);
    expect(told.length).toBeGreaterThan(length);
    const changes: string[] = [];
    node.onChange(({ role }) => changes.push(role));
    node.campaign();
    await pass(300);
    expect(changes).toEqual(["leader"]);
    expect(told.at(-1)?.role).toBe("leader");
  });

  test("a text that is too long for one message goes in parts", async () => {
    const long = `"\\${"ä\n".repeat(limits.messageLength)}`;
    const node = await start((input) => (input.type === "ask" ? [send(long)] : input.type === "message" ? [send(`got ${input.message.say.length}`)] : []));
    node.campaign();
    await pass(0);
    const parts = did.map((each) => each.replace(/^send w2 toy\.part /, ""));
    for (const part of parts) expect(part.length).toBeLessThanOrEqual(limits.messageLength);
    did.length = 0;
    for (const part of parts.reverse()) node.receive(hear(part, parcelKind("toy")));
    await pass(0);
    expect(did).toEqual([`send w2 toy {"say":"got ${long.length}"}`]);
  });
});

test("parts make the whole again in any order, twice or not; one that lacks a part makes nothing", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 6_000, maxLength: 20_000, unit: "binary" }), fc.infiniteStream(fc.nat()), (text, chances) => {
      const parts = parcelsOf(text, 3);
      const shuffled = parts.map((part) => ({ part, at: chances.next().value ?? 0 })).sort((x, y) => x.at - y.at);
      const unpacker = new Unpacker();
      const whole = shuffled.map(({ part }) => unpacker.take("w2", part));
      expect([whole.at(-1), whole.filter((each) => each !== undefined).length]).toEqual([text, 1]);
      const lacking = new Unpacker();
      expect(parts.slice(1).map((part) => lacking.take("w2", part))).toEqual(parts.slice(1).map(() => undefined));
      expect(lacking.take("w3", parts[0] ?? "")).toBeUndefined();
    }),
    { numRuns: 20 },
  );
});
