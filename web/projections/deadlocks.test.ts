import { describe, expect, it } from "vitest";
import { TestSpace } from "../../shared/engine/testing/space.ts";
import type { Event, Settings } from "../../shared/model/index.ts";
import { DeadlockHistory } from "./deadlock-history.ts";
import { pictureOf } from "./deadlock-picture.ts";
import { costWords, endShort, endWords, names, planWords, sparedWords } from "./deadlock-words.ts";

/** w1 holds a and wants b, w2 holds b and wants a; w3 waits behind them. */
function crossed(settings: Settings): TestSpace {
  const space = new TestSpace();
  for (const agent of ["w1", "w2", "w3"]) space.join(agent);
  space.operator({ type: "resource.configure", pattern: "**", settings, reason: "test" });
  space.acquire("w1", "a");
  space.pass(1_000);
  space.acquire("w2", "b");
  space.pass(1_000);
  space.acquire("w1", "b");
  space.acquire("w3", "a");
  space.acquire("w2", "a");
  return space;
}

function historyOf(events: readonly Event[]): DeadlockHistory {
  const history = new DeadlockHistory();
  history.take(events);
  return history;
}

describe("a deadlock that stands", () => {
  const space = crossed({ policy: "manual" });
  const [found] = [...space.state.deadlocks.values()];
  if (found === undefined) throw new Error("no deadlock was found");

  it("is drawn as its ring: agents, sections, holds and waits, and nothing else", () => {
    const { nodes, edges, fences } = pictureOf(space.state, found);
    for (const id of ["agent:w1", "agent:w2", "resource:a", "resource:b"]) expect(nodes).toContain(id);
    expect([...fences]).toHaveLength(2);
    for (const fence of fences) expect(edges).toContain(`holds:${fence}`);
    for (const step of found.cycle) expect(edges).toContain(`waits:${step.request}:${step.resource}`);
  });

  it("says what each would lose, more as time goes on, and who is spared", () => {
    const w2 = found.candidates.find(({ agent }) => agent === "w2");
    const w1 = found.candidates.find(({ agent }) => agent === "w1");
    if (w1 === undefined || w2 === undefined) throw new Error("both are candidates");
    expect(costWords(found, w2, found.sinceMs)).toBe("loses 1 s, 1 lock");
    expect(costWords(found, w2, found.sinceMs + 10_000)).toBe("loses 11 s, 1 lock");
    expect(sparedWords(w1)).toBe("oldest: never by itself");
    expect(planWords(found, space.state.shadow)).toContain("an operator picks");
  });

  it("once resolved by hand, tells by whom and why, and when the victim came back", () => {
    const resolved = crossed({ policy: "manual" });
    const deadlock = [...resolved.state.deadlocks.keys()][0] ?? "";
    resolved.operator({ type: "deadlock.resolve", deadlock, victim: "s-w2", reason: "w1 is nearly done" });
    const [past] = historyOf(resolved.events).list();
    if (past === undefined) throw new Error("it is in the history");
    expect(endWords(past)).toContain("dana let w2 give way: “w1 is nearly done”.");
    expect(endWords(past)).toContain("w2 has not come back for it yet.");
  });
});

describe("deadlocks resolved by policy", () => {
  it("tell who gave way by which rule, at once", () => {
    const space = new TestSpace();
    for (const agent of ["w1", "w2"]) space.join(agent);
    space.acquire("w1", "a");
    space.pass(1_000);
    space.acquire("w2", "b");
    space.acquire("w1", "b");
    space.acquire("w2", "a");
    const [past] = historyOf(space.events).list();
    if (past === undefined) throw new Error("it is in the history");
    expect(past.end?.how).toBe("aborted");
    expect(endShort(past)).toBe("one gave way by policy, at once");
    expect(endWords(past)).toContain("w2 gives way by the rule youngest");
    space.release("w2", "b");
    space.pass(2_000);
    space.acquire("w2", "a");
    space.release("w1", "a");
    const [after] = historyOf(space.events).list();
    expect(after?.victims[0]?.backMs).toBeDefined();
  });

  it("are kept to the newest two hundred", () => {
    const [detected] = crossed({ policy: "manual" }).events.filter((event) => event.type === "deadlock.detected");
    if (detected?.type !== "deadlock.detected") throw new Error("one was detected");
    const many = Array.from({ length: 300 }, (_, index) => ({ ...detected, found: { ...detected.found, deadlock: `d${index}` } }));
    const list = historyOf(many).list();
    expect(list).toHaveLength(200);
    expect(list[0]?.found.deadlock).toBe("d299");
  });
});

it("names people as one says them", () => {
  expect([names(["a"]), names(["a", "b"]), names(["a", "b", "c"], 2)]).toEqual(["a", "a and b", "a, b and 1 more"]);
});
