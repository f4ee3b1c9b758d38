import { expect, test } from "vitest";
import { commandOf, newDraft } from "./fault-draft.ts";

const act = (draft: Parameters<typeof commandOf>[0]) => {
  const made = commandOf(draft);
  if ("problem" in made) throw new Error(made.problem.message);
  return made.act;
};

test("a fault of an agent carries what its kind says something with, and nothing else", () => {
  const pause = act(newDraft({ kind: "pause", target: " w3 " }));
  expect(pause).toMatchObject({ type: "fault.inject", kind: "pause", target: "w3", strength: 1, durationMs: 10_000, seed: 1 });
  expect(pause).not.toHaveProperty("peer");
  expect(act({ ...newDraft({ kind: "drop", target: "w*" }), strength: 30 })).toMatchObject({ strength: 0.3 });
  expect(act({ ...newDraft({ kind: "slow", target: "w1" }), delay: 2.5 })).toMatchObject({ delayMs: 2_500 });
});

test("a cut between two names both", () => {
  expect(commandOf(newDraft({ kind: "cutPair", target: "w1" }))).toMatchObject({ problem: { field: "peer" } });
  expect(act(newDraft({ kind: "cutPair", target: "w1", peer: "w2" }))).toMatchObject({ target: "w1", peer: "w2" });
});

test("what strikes the server needs nobody's name", () => {
  expect(act({ ...newDraft({ kind: "killServer", target: "" }), point: "beforeAnswer" })).toMatchObject({ target: "*", point: "beforeAnswer" });
  expect(act(newDraft({ kind: "fullDisk", target: "" }))).toMatchObject({ kind: "fullDisk", target: "*" });
  expect(act({ ...newDraft({ kind: "clockJump", target: "" }), serverClock: true })).toMatchObject({ target: "server", delayMs: 30_000 });
  expect(commandOf(newDraft({ kind: "clockJump", target: "" }))).toMatchObject({ problem: { field: "target" } });
});

test("a schedule halts only at what was filled in", () => {
  const draft = { ...newDraft({ kind: "flap", target: "w*" }), again: true, agents: 4 };
  expect(act(draft)).toMatchObject({ type: "schedule.set", everyMs: 20_000, halt: { deadlocks: 0, agents: 4 } });
  expect(commandOf({ ...draft, every: 0.5 })).toMatchObject({ problem: { field: "everyMs" } });
});
