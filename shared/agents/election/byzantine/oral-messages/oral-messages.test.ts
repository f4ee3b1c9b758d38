import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeViewSchema } from "../../../../model/index.ts";
import { type Troupe, transcript } from "../../../testing/transcript.ts";
import { countsOf, numbered } from "../../testing/played.ts";
import { type HowToLie, lying, silence, twoFaced } from "../liar.ts";
import { type OralConfig, type OralMessage, type OralNode, oralCheckers, oralDefaults, oralMessageSchema, oralMessages } from "./index.ts";

/** Nodes that lie in a given way among honest ones. */
function troupeOf(lies: Readonly<Record<string, HowToLie<OralMessage>>> = {}): Troupe<OralConfig, OralNode, OralMessage> {
  return {
    machine: lying(oralMessages, ({ config }) => lies[config.agent]),
    configOf: (agent, members, settings) => ({ ...oralDefaults, agent, members, liars: Number(settings.get("m") ?? 1) }),
  };
}

/** Says another one than it should to those named. */
const forged = (value: string | null, ...to: string[]) =>
  twoFaced<OralMessage>(
    (message) => ({ ...message, value }),
    (other) => to.includes(other),
  );

/** Whom each honest node takes for the leader of epoch 1, in which the second member commands; the first epoch is not taken part in. */
function decisions(members: readonly string[], m: number, lies: Readonly<Record<string, HowToLie<OralMessage>>> = {}): Map<string, string> {
  const played = transcript(troupeOf(lies), `> hush start ${members.join(" ")} m=${m}\n> hush run 15000\n> view`);
  const shown = [...played.matchAll(/^ {2}(\S+): \S+ in term 1, leader (\S+):/gm)].map(([, agent = "", leader = ""]) => [agent, leader] as const);
  return new Map(shown.filter(([agent]) => !(agent in lies)));
}

const folder = "shared/agents/election/byzantine/oral-messages/testdata";

test.each(readdirSync(folder))("EL-42 EL-44 plays %s", async (file) => {
  const lies = { c: forged("c", "a", "d") };
  await expect(transcript(troupeOf(lies), readFileSync(join(folder, file), "utf8"))).toMatchFileSnapshot(join("testdata", file));
});

/** OM(m) sends n-1 messages, and each of them sets off an OM(m-1) among one less: (n-1) + (n-1)(n-2) + ... (Lamport, Shostak and Pease 1982). */
test.each([
  [4, 1, 9],
  [5, 1, 16],
  [7, 1, 36],
  [7, 2, 6 + 6 * 5 + 6 * 5 * 4],
  [10, 3, 9 + 9 * 8 + 9 * 8 * 7 + 9 * 8 * 7 * 6],
  [3, 0, 2],
])("EL-42 messages among %i with m = %i: %i", (n, m, expected) => {
  const script = `> hush start ${numbered(n).join(" ")} m=${m}\n# count\n> wait 10000\n> deliver`;
  expect(Object.fromEntries(countsOf(troupeOf(), script))).toEqual({ order: expected });
});

describe("fewer than a third lie", () => {
  const lies: readonly HowToLie<OralMessage>[] = [
    silence,
    ...["a", "b", "c", null].flatMap((value) => [["a"], ["c"], ["d"], ["a", "c"], ["a", "c", "d"]].map((to) => forged(value, ...to))),
  ];

  test("EL-42 EL-44 an honest commander is believed, however a lieutenant lies", () => {
    for (const lie of lies) {
      for (const liar of ["a", "c", "d"]) expect(new Set(decisions(["a", "b", "c", "d"], 1, { [liar]: lie }).values())).toEqual(new Set(["b"]));
    }
  });

  test("EL-42 EL-44 a commander that lies divides nobody", () => {
    for (const lie of lies) expect(new Set(decisions(["a", "b", "c", "d"], 1, { b: lie }).values()).size).toBe(1);
  });

  test("EL-42 EL-44 two of seven divide nobody", () => {
    const members = ["a", "b", "c", "d", "e", "f", "g"];
    for (const second of ["a", "g"]) {
      const decided = decisions(members, 2, { b: forged("c", "c", "d", "e"), [second]: forged("d", "c", "f") });
      expect(new Set(decided.values()).size).toBe(1);
    }
  });
});

describe("a third and more lie", () => {
  test("EL-44 one of three makes an honest commander's word count for nothing", () => {
    expect(decisions(["a", "b", "c"], 1).get("a")).toBe("b");
    expect(decisions(["a", "b", "c"], 1, { c: forged("c", "a") }).get("a")).toBe("unknown");
  });

  test("EL-44 two of four divide the others", () => {
    const decided = decisions(["a", "b", "c", "d"], 1, { b: forged("a", "a"), d: forged("a", "a") });
    expect(decided).toEqual(
      new Map([
        ["a", "a"],
        ["c", "b"],
      ]),
    );
  });

  test("EL-44 two of seven divide the others when only one is reckoned with", () => {
    const members = ["a", "b", "c", "d", "e", "f", "g"];
    const lies = { b: forged("a", "a", "c", "d"), e: forged("a", "a", "c", "d") };
    expect(new Set(decisions(members, 1, lies).values()).size).toBe(2);
    expect(new Set(decisions(members, 2, lies).values()).size).toBe(1);
  });
});

test("EL-42 who stood still until an epoch was long over is faulty, and decides for nobody else (seed 9010)", () => {
  const members = ["a", "b", "c", "d"];
  const breaches: string[] = [];
  const configs = new Map(members.map((agent) => [agent, { ...oralDefaults, agent, members }]));
  const checker = oralCheckers.agreement((rule, message) => breaches.push(`${rule}: ${message}`), { agents: members, members, liars: new Set(), configs });
  const nodes = new Map([...configs].map(([agent, config]) => [agent, oralMessages.start(config, { nowMs: 0, chance: 0 }).node]));
  /** Nothing that they say arrives. */
  const goesOff = (agent: string, timer: string, atMs: number): void => {
    const before = nodes.get(agent) as OralNode;
    const input = { type: "timer" as const, timer, nowMs: atMs, chance: 0 };
    const { node, outputs } = oralMessages.step(before, input);
    nodes.set(agent, node);
    checker.stepped({ agent, before, after: node, input, outputs, atMs });
  };
  const { epochMs, roundMs } = oralDefaults;
  for (const agent of members) goesOff(agent, "epoch", epochMs);
  for (const epoch of [1, 2, 3]) {
    if (epoch > 1) goesOff("d", "epoch", epoch * epochMs);
    goesOff("d", "decide", epoch * epochMs + 2 * roundMs);
  }
  for (const agent of ["a", "b", "c"]) goesOff(agent, "decide", 4 * epochMs);
  checker.done?.(5 * epochMs);
  expect(breaches).toEqual([]);
});

test("EL-42 whatever comes in whatever order, a node neither throws nor shows what it may not", () => {
  const id = fc.constantFrom("a", "b", "c", "d", "z");
  const message = fc.record({ type: fc.constant("order"), epoch: fc.nat(4), path: fc.array(id, { minLength: 1, maxLength: 4 }), value: fc.option(id) });
  const input = fc.oneof(
    fc.record({ type: fc.constant("message"), from: id, message }),
    fc.record({ type: fc.constant("timer"), timer: fc.constantFrom("epoch", "decide", "no such") }),
    fc.record({ type: fc.constant("ask"), ask: fc.constantFrom({ type: "transfer", to: "c" }, { type: "transfer", to: "z" }, { type: "read", id: "r" }) }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(input, fc.nat(2_000)), { maxLength: 40 }), (inputs) => {
      let nowMs = 0;
      let { node } = oralMessages.start({ ...oralDefaults, agent: "b", members: ["a", "b", "c", "d"] }, { nowMs, chance: 0 });
      for (const [each, passedMs] of inputs) {
        nowMs += passedMs;
        const step = oralMessages.step(node, { ...each, nowMs, chance: 0.5 } as Parameters<typeof oralMessages.step>[1]);
        node = step.node;
        expect(nodeViewSchema.safeParse(oralMessages.view(node, nowMs)).success).toBe(true);
        for (const output of step.outputs) if (output.type === "send") expect(oralMessageSchema.safeParse(output.message).success).toBe(true);
      }
    }),
  );
});
