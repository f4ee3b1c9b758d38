import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Event } from "../../model/index.ts";
import { checkTrace, digest, genesis, type OpenTrace, readTrace, rerunTrace, type Trace, type TraceCheck, traceOf } from "../index.ts";
import { decisionsOf, type Journal, journalOf, openedAfter, textOf } from "../testing/journals.ts";
import { rules } from "./rules.ts";

const checked = (trace: Trace) => checkTrace(trace) as TraceCheck;
const brokenIn = (trace: Trace) => [...new Set(checked(trace).breaks.map(({ rule }) => rule))];
const seeds = [5, 12, 20];

/** Position at which a decision begins, at or after the middle. */
function middleOf({ events, commands }: Journal): number {
  return (commands.find(({ at }) => at > events.length / 2)?.at ?? 1) - 1;
}

describe("checking a trace", () => {
  test("the rules are those of SPEC.md about a space, by number and name", () => {
    const ofSpaces = readFileSync("shared/SPEC.md", "utf8").replace(/^### Raft\n(?:(?!## ).*\n)*/m, "");
    const spec = [...ofSpaces.matchAll(/^- \*\*([A-Z]{2}-\d+) ([^*]*?)\.\*\*/gm)].map(([, rule, title]) => [rule, title]);
    expect(rules.map(([rule, title]) => [rule, title])).toEqual(spec);
  });

  test.each(seeds)("JR-6, JR-2, JR-4: what the simulator wrote keeps every rule, from the begin and from the middle (seed %i)", (seed) => {
    const journal = journalOf(seed);
    for (const after of [0, middleOf(journal)]) {
      const { ok, breaks, rules: verdicts, counts } = checked(openedAfter(journal, after).trace);
      expect(breaks).toEqual([]);
      expect(ok).toBe(true);
      expect(counts.events).toBe(journal.events.length - after);
      for (const rule of ["LK-1", "LK-5", "SE-8", "WG-1", "WG-8", "JR-2", "JR-3", "JR-6"])
        expect(verdicts).toContainEqual(expect.objectContaining({ rule, verdict: "held" }));
      expect(verdicts).toContainEqual(expect.objectContaining({ rule: "SE-4", verdict: "unchecked", why: expect.stringMatching(/heartbeats/) }));
    }
  });

  test.each(seeds)("without its commands a trace is checked for all that does not need them (seed %i)", (seed) => {
    const { events } = journalOf(seed);
    const { breaks, rules: verdicts } = checked(openedAfter({ events, commands: [] }).trace);
    expect(breaks).toEqual([]);
    expect(verdicts).toContainEqual(expect.objectContaining({ rule: "FI-5", verdict: "unchecked", why: expect.stringMatching(/commands/) }));
    expect(verdicts).toContainEqual(expect.objectContaining({ rule: "LK-1", verdict: "held" }));
  });

  test("can be ended", () => {
    const { trace } = openedAfter(manyJoins(3_000));
    const told: number[] = [];
    const result = checkTrace(trace, {
      onProgress: (position) => {
        told.push(position);
        return told.length < 2;
      },
    });
    expect(result).toBeUndefined();
    expect(told).toHaveLength(2);
  });
});

/** So many agents that come and go, one decision each. */
function manyJoins(count: number): Journal {
  const events = Array.from({ length: count }, (_, index): Event => {
    const [session, agent, position, atMs] = [`s${index >> 1}`, `a${index >> 1}`, index + 1, 1_000 + index];
    if (index % 2 === 1) return { position, atMs, type: "session.ended", session, agent, why: "left" };
    return { position, atMs, type: "session.joined", session, agent, principal: "p", roles: [], labels: {}, ttlMs: 15_000, resumeHash: "h" };
  });
  return { events, commands: [] };
}

describe("breaks that were planted", () => {
  const journal = journalOf(20);
  const good = textOf(openedAfter(journal).trace);
  const lines = good.trimEnd().split("\n");

  function changed(pattern: RegExp, to: string): { trace: Trace; at: number } {
    const index = lines.findIndex((line) => pattern.test(line));
    const text = [...lines.slice(0, index), (lines[index] as string).replace(pattern, to), ...lines.slice(index + 1)].join("\n");
    return { trace: readTrace(text).trace, at: Number(/"(?:position|at)":(\d+)/.exec(lines[index] as string)?.[1]) };
  }

  /** Changes the events as decided and records them anew, so that only what they say is wrong. */
  function decided(change: (event: Event) => Event): OpenTrace {
    const events = journal.events.map((event) => change(structuredClone(event)));
    return traceOf({ engine: "test", space: "sim", name: "", base: genesis("sim") }, undefined, decisionsOf({ events, commands: journal.commands }));
  }

  test("JR-6: an event that was changed breaks the chain", () => {
    expect(brokenIn(changed(/"ttlMs":\d+/, '"ttlMs":9999').trace)).toContain("JR-6");
  });

  test("JR-6, JR-11: so does a command that was changed", () => {
    const { trace } = changed(/^(\{"command":\{.*"priority":)0/, "$17");
    expect(brokenIn(trace)).toContain("JR-6");
  });

  test.each(["base", "firstHash", "lastHash"])("JR-6: a header with another %s does not fit", (field) => {
    const header = { ...(JSON.parse(lines[0] as string) as object), [field]: digest("another") };
    expect(brokenIn(readTrace([JSON.stringify(header), ...lines.slice(1)].join("\n")).trace)).toEqual(["JR-6"]);
  });

  test("JR-2: a time that goes back, at its position", () => {
    const { trace } = decided((event) => (event.position === 30 ? { ...event, atMs: event.atMs - 900_000 } : event));
    expect(checked(trace).breaks).toContainEqual(
      expect.objectContaining({ rule: "JR-2", position: expect.any(Number), message: expect.stringMatching(/time goes back .* at 30$/) }),
    );
  });

  test("LK-5: a fence that does not rise", () => {
    let grants = 0;
    const { trace } = decided((event) => {
      if (event.type !== "lock.granted" || event.locks.length === 0 || ++grants !== 3) return event;
      return { ...event, locks: event.locks.map((lock) => ({ ...lock, fence: "1" })) };
    });
    const { ok, breaks } = checked(trace);
    expect(ok).toBe(false);
    expect(breaks.map(({ rule }) => rule)).toContain("LK-5");
  });

  test("LK-1: a lock that is granted beside another", () => {
    const { trace } = decided((event) =>
      event.type === "lock.granted" ? { ...event, locks: event.locks.map((lock) => ({ ...lock, resource: "same", mode: "exclusive" as const })) } : event,
    );
    expect(brokenIn(trace)).toContain("LK-1");
  });

  test("SE-8: a command that was applied twice", () => {
    const first = journal.events.find((event) => event.cause !== undefined && !event.cause.sender.startsWith("operator"));
    const { trace } = decided((event) => (event.cause?.sender === first?.cause?.sender ? { ...event, cause: first?.cause } : event));
    expect(brokenIn(trace)).toContain("SE-8");
  });
});

describe("deciding again", () => {
  test.each(seeds)("JR-9, JR-14: gives the identical events, also where the server was restarted meanwhile (seed %i)", (seed) => {
    const journal = journalOf(seed);
    for (const after of [0, middleOf(journal)]) {
      const { trace } = openedAfter(journal, after);
      expect(rerunTrace(trace)).toEqual({
        ok: true,
        from: trace.from,
        to: trace.to,
        commands: trace.header.counts.commands,
        events: trace.count,
        unrecorded: 0,
        difference: undefined,
      });
    }
  });

  test("JR-14: names the first position that differs, with both events", () => {
    const journal = journalOf(20);
    const at = journal.events.findIndex((event) => event.type === "lock.granted") + 1;
    const events = journal.events.map((event) => (event.position === at && event.type === "lock.granted" ? { ...event, agent: "somebody" } : event));
    const rerun = rerunTrace(openedAfter({ events, commands: journal.commands }).trace);
    expect(rerun).toMatchObject({ ok: false, difference: { position: at, recorded: { agent: "somebody" }, decided: { type: "lock.granted", position: at } } });
  });

  test("JR-14: an event that is not decided, and one that is not recorded", () => {
    const { events, commands } = journalOf(12);
    const last = commands.at(-1)?.at ?? 0;
    const more = { ...(events[last - 1] as Event), position: events.length + 1 } as Event;
    expect(rerunTrace(openedAfter({ events: [...events, more], commands }).trace)?.difference).toMatchObject({
      position: events.length + 1,
      recorded: { position: more.position },
      decided: undefined,
    });
    const two = commands.findIndex(({ at }, index) => (commands[index + 1]?.at ?? 0) > at + 1);
    const cut = commands[two]?.at as number;
    const rerun = rerunTrace(openedAfter({ events: events.slice(0, cut), commands: commands.slice(0, two + 1) }).trace);
    expect(rerun?.difference).toMatchObject({ position: cut + 1, recorded: undefined, decided: { position: cut + 1 } });
  });

  test("events without commands are taken as they are, and counted", () => {
    const { events, commands } = journalOf(12);
    const from = commands[20]?.at as number;
    const rerun = rerunTrace(openedAfter({ events, commands: commands.slice(20) }).trace);
    expect(rerun).toMatchObject({ ok: false, unrecorded: from - 1, difference: undefined });
  });
});
