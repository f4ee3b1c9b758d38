import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { type Event, engineCommandSchema, eventSchema, snapshotSchema } from "../../model/index.ts";
import { checkTrace, digest, genesis, type Redaction, readTrace, redactionRules, redactTrace, type Trace, traceOf } from "../index.ts";
import { journalOf, openedAfter } from "../testing/journals.ts";
import { keptFields, textKinds } from "./kinds.ts";

function copyOf(trace: Trace, rules: readonly Redaction[]): { text: string; trace: Trace } {
  let text = "";
  redactTrace(trace, rules, (part) => {
    text += part;
  });
  return { text, trace: readTrace(text).trace };
}

/** Every field of a schema that can hold any text. */
function textFields(schema: z.ZodType, field = "", found = new Set<string>()): Set<string> {
  const { def } = (schema as unknown as { _zod: { def: Record<string, unknown> & { type: string } } })._zod;
  const go = (part: unknown, name: string) => textFields(part as z.ZodType, name, found);
  if (def.type === "object") for (const [key, part] of Object.entries(def.shape as object)) go(part, key);
  else if (def.type === "array") go(def.element, `${field}[]`);
  else if (def.type === "tuple") for (const part of def.items as unknown[]) go(part, `${field}[]`);
  else if (def.type === "record") {
    go(def.keyType, `${field}{key}`);
    go(def.valueType, `${field}{}`);
  } else if (def.type === "union") for (const part of def.options as unknown[]) go(part, field);
  else if (def.innerType !== undefined) go(def.innerType, field);
  else if (def.type === "string") found.add(field);
  return found;
}

describe("what is taken out", () => {
  test("JR-15: every field of an event, a command and a snapshot that can hold a text is known", () => {
    const { answers: _, ...rest } = snapshotSchema.shape;
    const fields = [eventSchema, engineCommandSchema, z.object(rest)].flatMap((schema) => [...textFields(schema)]);
    expect(fields.filter((field) => !(field in textKinds) && !keptFields.includes(field))).toEqual([]);
    expect(Object.keys(textKinds).filter((field) => !fields.includes(field))).toEqual([]);
  });

  const who = { session: "s1", agent: "zebra-worker" };
  const actor = { principal: "margarethe", role: "operator" as const };
  const at = (position: number) => ({ position, atMs: 1_000 + position });
  const lock = {
    ...{ fence: "1", resource: "vault/payroll/march.xlsx", mode: "exclusive" as const, weight: 1, level: "sequenced" as const, guarded: false, ...who },
    ...{ command: "fix-payroll", reason: "payday", grantedMs: 1_002, waitedMs: 0, holds: 1 },
  };
  const session = { ...who, principal: "margarethe", roles: ["accountant"], labels: { desk: "seven" }, ttlMs: 15_000, resumeHash: "cafe" };
  const events: Event[] = [
    { ...at(1), type: "session.joined", ...session },
    { ...at(2), type: "lock.granted", ...who, command: "fix-payroll", locks: [lock], cause: { sender: "s1", id: "fix-payroll" } },
    { ...at(3), type: "session.declared", ...who, state: "working", doing: "salaries", progress: 1 },
    { ...at(4), type: "resource.frozen", resource: "vault/*.xlsx", actor, reason: "ask zebra-worker first", cause: { sender: "operator:margarethe", id: "f" } },
    { ...at(5), type: "lock.released", ...who, fence: "1", resource: "vault/payroll/march.xlsx", why: "released", cause: { sender: "s1", id: "r" } },
  ];
  const original = traceOf(
    { engine: "test", space: "books", name: "payroll mishap", base: genesis("books"), tags: ["urgent"], notes: [{ at: 2, text: "here" }] },
    undefined,
    [{ events }],
  ).trace;

  const telling: Readonly<Record<Redaction, readonly string[]>> = {
    names: ["zebra", "margarethe", "fix-payroll", "ask"],
    reasons: ["payday", "ask"],
    payloads: ["accountant", "desk", "seven", "salaries", "fix-payroll"],
    resources: ["vault", "payroll", "march", "fix-payroll"],
  };

  test.each(redactionRules)("JR-15: %s are nowhere in the copy, and the rest is", (rule) => {
    const { text, trace } = copyOf(original, [rule]);
    for (const word of telling[rule]) expect(text).not.toContain(word);
    for (const word of ["mishap", "urgent", "here", "cafe"]) expect(text).not.toContain(word);
    const kept = Object.values(telling)
      .flat()
      .filter((word) => !telling[rule].includes(word) && !(word === "zebra" && rule !== "names"));
    for (const word of kept) expect(text.includes(word) || word === "ask" || word === "fix-payroll").toBe(true);
    expect(trace.events(1, 5).map(({ type, position, atMs }) => [type, position, atMs])).toEqual(
      events.map(({ type, position, atMs }) => [type, position, atMs]),
    );
  });

  test("JR-15: the same name is everywhere the same, and a file keeps its ending", () => {
    const { trace } = copyOf(original, redactionRules);
    const [joined, granted, , frozen, released] = trace.events(1, 5);
    if (joined?.type !== "session.joined" || granted?.type !== "lock.granted" || frozen?.type !== "resource.frozen" || released?.type !== "lock.released")
      throw new Error("other events");
    expect(joined.agent).toMatch(/^name-\d+$/);
    expect(granted.agent).toBe(joined.agent);
    expect(frozen.actor.principal).toBe(joined.principal);
    expect(frozen.cause?.sender).toBe(`operator:${joined.principal}`);
    expect(released.resource).toBe(granted.locks[0]?.resource);
    expect(released.resource).toMatch(/^p\d+\/p\d+\/p\d+\.xlsx$/);
    expect(frozen.resource).toBe(`${released.resource.split("/")[0]}/*.xlsx`);
    expect(granted.command).toBe(granted.cause?.id);
  });

  test("JR-15: the copy verifies by itself, says what it is a copy of, and a change of it is found out", () => {
    const { text, trace } = copyOf(original, ["names"]);
    expect(trace.header.redacted).toEqual({ rules: ["names"], originalBase: original.header.base, originalLastHash: original.header.lastHash });
    expect(checkTrace(trace)).toMatchObject({ ok: true, redacted: true });
    expect(checkTrace(readTrace(text.replace("payday", "paydey")).trace)?.breaks).toContainEqual(expect.objectContaining({ rule: "JR-6" }));
    expect(trace.header.base).toBe(digest(`redacted copy of ${original.header.lastHash}`));
  });
});

test("JR-15: of an election no name, group, message or reason stays, and it still tells how it went", () => {
  for (const part of ["version-2.sbtrace", "version-2-later.sbtrace.gz"]) {
    const { trace } = readTrace(new Uint8Array(readFileSync(`shared/trace/format/fixtures/${part}`)));
    const { text, trace: copy } = copyOf(trace, redactionRules);
    for (const word of ['"w1"', '"w2"', '"w3"', "merger", "repo", "plan", "10.0.0.1", "dana", "slow"]) expect(text).not.toContain(word);
    for (const word of ["quorum", "raft", "follower", "election.assert", "deposed"]) expect(text).toContain(word);
    const types = (of: Trace) => of.events(of.from, of.to).map(({ type }) => type);
    expect(types(copy)).toEqual(types(trace));
    expect(checkTrace(copy)?.breaks).toEqual([]);
  }
});

describe("copies of what the simulator wrote", () => {
  test.each([
    [5, 0],
    [12, 60],
    [20, 0],
  ])("JR-15: keep every rule that can still be seen (seed %i, after %i)", (seed, after) => {
    const { trace } = openedAfter(journalOf(seed), after);
    for (const rules of [redactionRules, ["names", "reasons"]] as const) {
      const copy = copyOf(trace, rules).trace;
      const check = checkTrace(copy);
      expect(check?.breaks).toEqual([]);
      expect(copy.count).toBe(trace.count);
      expect(copy.header.counts).toEqual(trace.header.counts);
    }
  });
});

test("JR-15: of what the simulator's agents do no name stays, and what was refused still says what it was", () => {
  const seen = new Set<string>();
  for (const seed of [100, 103, 104, 106, 109]) {
    const journal = journalOf(seed);
    const copy = copyOf(openedAfter(journal).trace, redactionRules);
    const agents = new Set(journal.events.flatMap((event) => ("agent" in event && typeof event.agent === "string" ? [event.agent] : [])));
    expect([...agents].filter((agent) => copy.text.includes(JSON.stringify(agent)))).toEqual([]);
    const refused = (events: readonly Event[]) => events.flatMap((event) => (event.type === "claim.refused" ? [event.command] : []));
    expect(refused(copy.trace.events(copy.trace.from, copy.trace.to))).toEqual(refused(journal.events));
    for (const { type } of journal.events) seen.add(type);
  }
  expect([...seen]).toEqual(expect.arrayContaining(["lock.transferred", "claim.refused"]));
});
