import { expect, test } from "vitest";
import { actor, asks, type Bad, fault, Stream, schedule, silentAmong, who } from "./testing/streams.ts";

const bad: Bad = [
  ["FI-1", "a cut off from somebody who is not here", () => new Stream().join("a").step(undefined, fault({ kind: "cutPair", peer: "b" }))],
  [
    "FI-3",
    "a run of a schedule with another aim",
    () =>
      new Stream()
        .join("a")
        .step(undefined, schedule({ kind: "cutPair", peer: "b" }))
        .step(undefined, fault({ kind: "cutPair", schedule: "c1" })),
  ],
  ["FI-1", "a fault at nobody", () => new Stream().step(undefined, fault())],
  ["FI-1", "a fault without end", () => new Stream().join("a").step(undefined, fault()).fact({ kind: "awake", atMs: 2_001 })],
  [
    "FI-2",
    "a fault that outlives stop all",
    () =>
      new Stream()
        .join("a")
        .step(undefined, fault())
        .step({ from: "operator", actor, command: { id: "o", type: "fault.stopAll", reason: "r" } } as never),
  ],
  [
    "FI-3",
    "a schedule that strikes as it likes",
    () =>
      new Stream()
        .join("a", "b")
        .step(undefined, schedule())
        .step(undefined, fault({ schedule: "c1", seed: 8 })),
  ],
  [
    "FI-4",
    "a schedule that strikes the sick",
    () =>
      new Stream()
        .join("a")
        .step(undefined, schedule({ halt: { agents: 2 } }))
        .step(undefined, fault({ schedule: "c1" })),
  ],
  [
    "FI-5",
    "a lie that nobody writes down",
    () =>
      new Stream()
        .join("a", "b")
        .grant("a", "1", "k")
        .step(asks("b", { type: "lock.release", resource: "k", fence: "1" })),
  ],
  [
    "FI-5",
    "a truth that is called a lie",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k")
        .step(undefined, { type: "claim.refused", ...who("a"), command: "x", resource: "k", fence: "1", holder: "a" }),
  ],
];

test.each(bad)("%s shows %s", (rule, _, make) => {
  expect(make().broken).toContain(rule);
});

test("its checkers catch some bad stream each", () => {
  expect(silentAmong(["faults", "claims"], bad)).toEqual([]);
});
