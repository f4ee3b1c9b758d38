import { type AgentCommand, type Answer, agentCommandSchema } from "../model/index.ts";
import { plants } from "../state/index.ts";
import type { Random } from "./random.ts";

/** Values that a careless parser, a plain object as a table, or a number in a string would stumble over. */
const nasty: readonly unknown[] = [
  null,
  undefined,
  -1,
  0.5,
  1e308,
  Number.NaN,
  2 ** 53,
  true,
  "",
  " ",
  "__proto__",
  "constructor",
  "../..",
  "a//b",
  "**/**",
  "a/***",
  "\u0000",
  "\ud800",
  "9".repeat(40),
  "0",
  "x".repeat(5_000),
  [],
  {},
  [[[[[[]]]]]],
  { __proto__: null, type: "lock.acquire" },
];

/** Something that no client of ours would send: a command spoilt in one place, no command at all, or one that is well formed and absurd. */
export function hostileInput(random: Random, id: string, like: AgentCommand, resources: readonly string[]): unknown {
  return random.weighted<() => unknown>([
    [() => spoilt(random, { ...like, id }), 5],
    [() => random.pick(nasty), 1],
    [() => ({ id, type: random.pick(["lock.steal", "tick", "fault.inject", "session.join", "toString"]) }), 1],
    [() => absurd(random, id, resources), 5],
  ])();
}

/** What the gateway does with whatever comes in: takes it for a command, or answers why not. */
export function parseHostile(sent: unknown): { readonly command: AgentCommand } | { readonly answer: Answer } {
  if (plants.unparsed) return { command: sent as AgentCommand };
  const parsed = agentCommandSchema.safeParse(sent);
  if (parsed.success) return { command: parsed.data };
  return { answer: { id: "", ok: false, error: { code: "invalid", message: parsed.error.issues[0]?.message ?? "malformed" } } };
}

function spoilt(random: Random, command: AgentCommand): unknown {
  const fields = Object.keys(command);
  const spoils = random.pick(nasty);
  switch (random.between(1, 3)) {
    case 1:
      return { ...command, [random.pick(fields)]: spoils };
    case 2:
      return { ...command, extra: spoils };
    default: {
      const left = random.pick(fields);
      return Object.fromEntries(Object.entries(command).filter(([field]) => field !== left));
    }
  }
}

/** Passes the schema, and means nothing good. */
function absurd(random: Random, id: string, resources: readonly string[]): AgentCommand {
  const resource = random.pick([...resources, "__proto__", "constructor/prototype", "toString", "**", "*/*"]);
  const fence = random.pick(["1", "99999999999999999999", "9007199254740993"]);
  const wants = [{ resource, mode: "exclusive" as const, weight: random.pick([1, 1, 2, 1_000]) }];
  return random.pick<AgentCommand>([
    { id, type: "lock.acquire", wants: [...wants, ...wants, { resource, mode: "shared", weight: 1 }], waitMs: 0, priority: 0 },
    { id, type: "lock.acquire", wants, waitMs: random.pick([0, 1, 500]), priority: 0, holdMs: 1 },
    { id, type: "lock.release", resource, fence, wrote: true },
    { id, type: "lock.upgrade", resource, fence, waitMs: 1 },
    { id, type: "lock.downgrade", resource, fence },
    { id, type: "lock.transfer", resource, fence, to: "nobody" },
    { id, type: "lock.cancel", acquire: id },
    { id, type: "guard.report", resource, fence: "1", highest: fence },
    { id, type: "intent.commit", intent: "__proto__" },
    { id, type: "intent.check", uses: wants, startsInMs: 1, lastsMs: 1 },
    { id, type: "intent.announce", uses: wants, startsInMs: 0, lastsMs: 1, reason: "because" },
    { id, type: "wait.declare", kind: "task", on: ["nobody", "nobody", "constructor"], need: 64, what: "Godot" },
    { id, type: "wait.end", declared: "__proto__" },
    { id, type: "session.declare", state: "done", progress: 2 ** 40 },
    { id, type: "election.campaign", group: "constructor", priority: 100, weight: 100, value: "" },
    { id, type: "election.handOver", group: "__proto__", term: fence, to: "nobody" },
    { id, type: "election.vote", group: "toString", ballot: fence, yes: true },
    { id, type: "election.assert", group: "repo", term: fence },
    { id, type: "election.observe", group: "a/b/c" },
    { id, type: "message.send", group: "__proto__", to: "constructor", kind: "k", body: "{" },
    { id, type: "node.tell", group: "x", view: null },
  ]);
}
