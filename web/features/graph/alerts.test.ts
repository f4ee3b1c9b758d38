import { describe, expect, it } from "vitest";
import type { Trouble } from "../attention/troubles.ts";
import { alertsOf, needWords } from "./alerts.ts";

const need = (change: Partial<Trouble>): Trouble => ({
  id: "n",
  kind: "stuckHolder",
  subject: { kind: "resource", id: "repo/a" },
  agent: "w1",
  fence: "7",
  title: "",
  because: [],
  sinceMs: 0,
  waiting: 1,
  ...change,
});

describe("alerts on the panel", () => {
  it("mark the lock in the way and its agent, the worst need first", () => {
    const alerts = alertsOf([
      need({}),
      need({ id: "m", kind: "refusedWrites", fence: undefined }),
      need({ id: "o", agent: "w2", fence: undefined, kind: "overLimit" }),
    ]);
    expect(alerts.fences.get("7")?.kind).toBe("stuckHolder");
    expect([...alerts.agents].map(([agent, { kind }]) => [agent, needWords[kind]])).toEqual([
      ["w1", "suspected"],
      ["w2", "over limit"],
    ]);
    expect(alerts.count).toBe(3);
  });

  it("mark nobody for a frozen section", () => {
    const alerts = alertsOf([need({ kind: "frozenWaiters", agent: undefined, fence: undefined })]);
    expect([alerts.fences.size, alerts.agents.size]).toEqual([0, 0]);
  });

  it("mark all agents and locks of a deadlock", () => {
    const ring = need({
      kind: "deadlock",
      subject: { kind: "deadlock", id: "d1" },
      agent: undefined,
      fence: undefined,
      agents: ["w1", "w2"],
      fences: ["7", "8"],
    });
    const alerts = alertsOf([ring, need({})]);
    expect([...alerts.agents].map(([agent, { kind }]) => [agent, needWords[kind]])).toEqual([
      ["w1", "deadlock"],
      ["w2", "deadlock"],
    ]);
    expect([...alerts.fences.keys()]).toEqual(["7", "8"]);
  });
});
