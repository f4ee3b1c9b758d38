import { expect, test } from "vitest";
import { actor, type Bad, released, Stream, silentAmong } from "./testing/streams.ts";

const bad: Bad = [
  [
    "OP-1",
    "an act without its actor",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k")
        .step(undefined, released("a", "1", "k", { why: "forced", coolingUntilMs: 6_000, reason: "r" })),
  ],
  [
    "OP-2",
    "another lock than the one named",
    () =>
      new Stream()
        .join("a")
        .grant("a", "1", "k")
        .step(
          { from: "operator", actor, command: { id: "o", type: "lock.forceRelease", resource: "k", fence: "9", reason: "r" } } as never,
          released("a", "1", "k", { why: "forced", coolingUntilMs: 6_000, actor, reason: "r" }),
        ),
  ],
  [
    "OP-3",
    "a grant on ice",
    () => new Stream().join("a").step(undefined, { type: "resource.frozen", resource: "repo", actor, reason: "r" }).grant("a", "1", "repo/src"),
  ],
  [
    "OP-5",
    "an act that is not what its preview said",
    () =>
      new Stream().fact({
        kind: "previewed",
        effect: { loses: [{ agent: "a", resource: "k", fence: "1", heldMs: 0 }], gains: [], dequeues: [], guards: [], keeps: [], lockDelayMs: 0 },
        events: [],
      }),
  ],
  [
    "OP-6",
    "an act by a viewer",
    () => new Stream().step(undefined, { type: "resource.frozen", resource: "k", actor: { principal: "v", role: "viewer" }, reason: "r" }),
  ],
  [
    "OP-7",
    "a lock beyond the quota",
    () =>
      new Stream()
        .join("a", "b")
        .step(undefined, { type: "quota.set", principal: "p", locks: 1, waits: null, actor, reason: "r" })
        .grant("a", "1", "x")
        .grant("b", "2", "y"),
  ],
];

test.each(bad)("%s shows %s", (rule, _, make) => {
  expect(make().broken).toContain(rule);
});

test("its checkers catch some bad stream each", () => {
  expect(silentAmong(["operators", "preview", "quotas"], bad)).toEqual([]);
});
