import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeViewSchema } from "../../../../model/index.ts";
import type { Output } from "../../../machine.ts";
import { type Troupe, transcript } from "../../../testing/transcript.ts";
import { type HowToLie, lying, silence, twoFaced } from "../liar.ts";
import {
  choose,
  mostSlots,
  type PbftConfig,
  type PbftDurable,
  type PbftMessage,
  type PbftNode,
  pbft,
  pbftDefaults,
  pbftMessageSchema,
  type Request,
  type Shown,
} from "./index.ts";

function troupeOf(lies: Readonly<Record<string, HowToLie<PbftMessage>>> = {}): Troupe<PbftConfig, PbftNode, PbftMessage, PbftDurable> {
  return {
    machine: lying(pbft, ({ config }) => lies[config.agent]),
    configOf: (agent, members) => ({ ...pbftDefaults, agent, members }),
    showDurable: ({ view, wanted, slots }) => `view=${view} wanted=${wanted} slots=${slots.length}`,
    showMessage: shown,
  };
}

function shown(message: PbftMessage): string {
  switch (message.type) {
    case "request":
      return `request ${message.request.value}`;
    case "pre-prepare":
    case "prepare":
    case "commit":
      return `${message.type} view=${message.view} seq=${message.seq} ${message.request.value}`;
    case "committed":
      return `committed seq=${message.seq} ${message.request.value}`;
    case "status":
      return `status view=${message.view} votes=${message.votes} applied=${message.applied}`;
    case "view-change":
      return `view-change view=${message.view} prepared=${message.prepared.length}`;
    case "view-change-ack":
      return `view-change-ack view=${message.view} of=${message.of}`;
    case "new-view":
      return `new-view view=${message.view} from=${message.shown.map(({ from }) => from)}`;
  }
}

/** Another value to those named, in whatever is said of a request. */
const forged = (value: string, ...to: string[]) =>
  twoFaced<PbftMessage>(
    (message) => ("request" in message ? { ...message, request: { id: "propose1", value } } : message),
    (other) => to.includes(other),
  );

const folder = "shared/agents/election/byzantine/pbft/testdata";

test.each([
  ["view-change.txt", {}],
  ["two-faced.txt", { a: forged("colour=red", "c", "d") }],
] as const)("EL-43 EL-44 plays %s", async (file, lies) => {
  await expect(transcript(troupeOf(lies), readFileSync(join(folder, file), "utf8"))).toMatchFileSnapshot(join("testdata", file));
  expect(readdirSync(folder)).toHaveLength(2);
});

/** What each of those named applied in the first slot, as played. */
function applied(played: string, ...agents: string[]): string[] {
  return agents.map((agent) => played.match(new RegExp(`^ {2}${agent} applies 1: (.*)$`, "m"))?.[1] ?? "nothing");
}

test("EL-43 messages of one agreement among n: n-1 pre-prepares, (n-1)² prepares and n(n-1) commits (Castro and Liskov 1999)", () => {
  for (const n of [4, 7]) {
    const members = Array.from({ length: n }, (_, at) => `m${at}`);
    const played = transcript(troupeOf(), `> hush start ${members.join(" ")}\n> propose m0 x=1\n> deliver`);
    const count = (type: string) => played.match(new RegExp(`: ${type} `, "g"))?.length;
    expect([count("pre-prepare"), count("prepare"), count("commit")]).toEqual([n - 1, (n - 1) ** 2, n * (n - 1)]);
    expect(applied(played, ...members)).toEqual(members.map(() => "x=1"));
  }
});

describe("liars", () => {
  test("EL-43 EL-44 a primary that says nothing is given up", () => {
    const played = transcript(troupeOf({ a: silence }), "> hush start a b c d\n> hush run 4000\n> view b c d");
    expect(played.match(/in term 1, leader b/g)).toHaveLength(3);
  });

  test("EL-43 EL-44 one of four that speaks with two tongues divides nobody", () => {
    const played = transcript(troupeOf({ a: forged("red", "c", "d") }), "> hush start a b c d\n> propose a green\n> run 8000");
    expect(new Set(applied(played, "b", "c", "d")).size).toBe(1);
    expect(applied(played, "b")).not.toEqual(["nothing"]);
  });

  test("EL-44 two of four divide the others: one applies what another does not", () => {
    const both = forged("red", "c");
    const played = transcript(troupeOf({ a: both, d: both }), "> hush start a b c d\n> cut b c\n> propose a green\n> run 2000");
    expect(applied(played, "b", "c")).toEqual(["green", "red"]);
  });

  test("EL-44 two of seven divide nobody, three may", () => {
    const script = "> hush start a b c d e f g\n> cut b e\n> cut b f\n> cut c e\n> cut c f\n> propose a green\n> run 2000";
    const lie = forged("red", "e", "f");
    const two = transcript(troupeOf({ a: lie, g: lie }), script);
    expect(new Set(applied(two, "b", "c", "d", "e", "f").filter((value) => value !== "nothing")).size).toBeLessThanOrEqual(1);
    const three = transcript(troupeOf({ a: lie, g: lie, d: lie }), script);
    expect(applied(three, "b", "c", "e", "f")).toEqual(["green", "green", "red", "red"]);
  });

  test("EL-43 a view that nobody asked for is not entered, whoever says that it has begun", () => {
    const { node } = pbft.start({ ...pbftDefaults, agent: "c", members: ["a", "b", "c", "d"] }, { nowMs: 0, chance: 0 });
    const nothing = { prepared: [], prePrepared: [] };
    const message: PbftMessage = { type: "new-view", view: 1, shown: ["a", "b", "d"].map((from) => ({ from, ...nothing })) };
    expect(pbft.step(node, { type: "message", from: "b", message, nowMs: 1, chance: 0 }).node.view).toBe(0);
    const said = pbft.step(node, { type: "message", from: "d", message, nowMs: 1, chance: 0 });
    // b and d say so: one of them is honest, and has verified it.
    expect(pbft.step(said.node, { type: "message", from: "b", message, nowMs: 2, chance: 0 }).node.view).toBe(1);
  });
});

test("EL-43 seed 9 of the world pbft: who comes back can still pass on the view that it is in", () => {
  const script =
    "> hush start a b c d\n> cut a\n> hush run 4000\n> crash b\n> restart b\n> crash c\n> restart c\n> crash d\n> restart d\n> heal\n> hush run 1500\n> view";
  expect(transcript(troupeOf(), script).match(/in term 1, leader b/g)).toHaveLength(4);
});

test("EL-45 seed 23 of the world pbft: who asked for another view shows whom somebody honest still follows", () => {
  const script = "> hush start a b c d\n> hush run 1000\n> cut c\n> hush run 4000\n> view c\n> heal\n> hush run 1500\n> view c";
  const [alone, among] = transcript(troupeOf(), script).match(/^ {2}c: .*$/gm) ?? [];
  expect(alone).toContain("leader unknown");
  expect(among).toContain("leader a");
});

test("EL-43 when the log is full a proposal is refused, and the primary stays", () => {
  const script = `> hush start a b c d\n${"> hush propose b x=1\n> hush propose c x=1\n".repeat(20)}> run 9000\n> propose d x=2\n> hush run 9000\n> view`;
  const played = transcript(troupeOf(), script);
  expect(played.match(/[bc] refuses propose\d+: its log is full/g)).toHaveLength(40 - mostSlots);
  expect(played).toContain("d refuses");
  expect(played.match(/in term 0, leader a, log 1\.\.32 committed 32/g)).toHaveLength(4);
});

describe("what a new view begins with", () => {
  const members = ["a", "b", "c", "d"];
  const green: Request = { id: "r1", value: "green" };
  const red: Request = { id: "r2", value: "red" };
  const show = (from: string, prepared: Shown["prepared"], prePrepared: Shown["prePrepared"]): Shown => ({ from, prepared, prePrepared });
  const at = (view: number, request: Request, seq = 1) => ({ view, seq, request });

  test("EL-43 what was prepared, when somebody honest vouches for it", () => {
    const shown = [show("a", [at(0, green)], [at(0, green)]), show("b", [], [at(0, green)]), show("c", [], [])];
    expect(choose(members, shown)).toEqual([green]);
  });

  test("EL-43 what one alone claims decides nothing, and the others are heard", () => {
    const shown = [show("a", [at(3, red)], [at(3, red)]), show("b", [], []), show("c", [], [])];
    expect(choose(members, shown)).toBeUndefined();
    expect(choose(members, [...shown, show("d", [], [])])).toEqual([]);
  });

  test("EL-43 of two the one that was prepared later", () => {
    const shown = [show("a", [at(0, green)], [at(0, green)]), show("b", [at(1, red)], [at(1, red)]), show("c", [], [at(0, green), at(1, red)])];
    expect(choose(members, shown)).toEqual([red]);
  });

  test("EL-43 a gap is filled with nothing", () => {
    const shown = ["a", "b", "c"].map((from) => show(from, [at(0, green, 2)], [at(0, green, 2)]));
    expect(choose(members, shown)).toEqual([{ id: "", value: "" }, green]);
  });

  test("EL-43 fewer than a quorum decide nothing", () => {
    expect(choose(members, [show("a", [], []), show("b", [], [])])).toBeUndefined();
  });
});

test("EL-43 whatever comes in whatever order, a node neither throws nor shows what it may not", () => {
  const id = fc.constantFrom("a", "b", "c", "d", "z");
  const view = fc.nat(3);
  const seq = fc.integer({ min: 1, max: 4 });
  const request = fc.record({ id: fc.constantFrom("", "r1", "r2"), value: fc.constantFrom("", "x", "y") });
  const entries = fc.array(fc.record({ view, seq, request }), { maxLength: 3 });
  const showing = { prepared: entries, prePrepared: entries };
  const message = fc.oneof(
    fc.record({ type: fc.constant("request"), request }),
    fc.record({ type: fc.constantFrom("pre-prepare", "prepare", "commit"), view, seq, request }),
    fc.record({ type: fc.constant("committed"), seq, request }),
    fc.record({ type: fc.constant("status"), view, votes: fc.boolean(), applied: fc.nat(4) }),
    fc.record({ type: fc.constant("view-change"), view, ...showing }),
    fc.record({ type: fc.constant("view-change-ack"), view, of: id, digest: fc.constantFrom("0".repeat(64), "f".repeat(64)) }),
    fc.record({ type: fc.constant("new-view"), view, shown: fc.array(fc.record({ from: id, ...showing }), { maxLength: 4 }) }),
  );
  const input = fc.oneof(
    { weight: 6, arbitrary: fc.record({ type: fc.constant("message"), from: id, message }) },
    fc.record({ type: fc.constant("timer"), timer: fc.constantFrom("status", "primary", "view-change", "no such") }),
    fc.record({ type: fc.constant("ask"), ask: fc.constantFrom({ type: "propose", id: "p", value: "v" }, { type: "resign" }, { type: "read", id: "r" }) }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(input, fc.nat(1_000)), { maxLength: 60 }), (inputs) => {
      let nowMs = 0;
      let { node } = pbft.start({ ...pbftDefaults, agent: "b", members: ["a", "b", "c", "d"] }, { nowMs, chance: 0 });
      for (const [each, passedMs] of inputs) {
        nowMs += passedMs;
        const step = pbft.step(node, { ...each, nowMs, chance: 0.5 } as Parameters<typeof pbft.step>[1]);
        expect(nodeViewSchema.safeParse(pbft.view(step.node, nowMs)).success).toBe(true);
        for (const output of step.outputs) {
          if (output.type === "send") expect(pbftMessageSchema.safeParse(output.message).success).toBe(true);
          if (output.type === "persist") expect(pbft.durable.safeParse(output.durable).success).toBe(true);
        }
        expect(step.node.view).toBeGreaterThanOrEqual(node.view);
        node = step.node;
      }
    }),
  );
});

test("EL-46 who is in a view tells whoever missed it what it takes to verify it, its own view change among it (seed 2197)", () => {
  const members = ["a", "b", "c", "d"];
  const configOf = (agent: string) => ({ ...pbftDefaults, agent, members });
  const moment = { nowMs: 1_000, chance: 0.5 };
  const told = (outputs: readonly Output<PbftMessage, PbftDurable>[], to: string) =>
    outputs.flatMap((output) => (output.type === "send" && output.to === to ? [output.message] : []));
  const showing = { prepared: [], prePrepared: [] };
  const newView = ["a", "b", "c"].map((from) => ({ from, ...showing }));
  const primary = pbft.start(configOf("c"), moment, { view: 2, wanted: 2, slots: [], newView }).node;
  // It gave up view 0 for view 2 as the others did, heard that of b, and never that of c, which is in view 2 by now.
  let { node } = pbft.start(configOf("a"), moment, { view: 0, wanted: 2, slots: [], newView: [] });
  ({ node } = pbft.step(node, { ...moment, type: "timer", timer: "status" }));
  ({ node } = pbft.step(node, { ...moment, type: "message", from: "b", message: { type: "view-change", view: 2, ...showing } }));
  const status: PbftMessage = { type: "status", view: 0, votes: false, applied: 0 };
  const { outputs } = pbft.step(primary, { ...moment, type: "message", from: "a", message: status });
  expect(told(outputs, "a").map(({ type }) => type)).toEqual(["view-change-ack", "view-change-ack", "view-change", "new-view"]);
  for (const message of told(outputs, "a")) ({ node } = pbft.step(node, { ...moment, type: "message", from: "c", message }));
  expect(node).toMatchObject({ view: 2, wanted: 2 });
});
