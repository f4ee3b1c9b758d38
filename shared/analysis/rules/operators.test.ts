import { expect, test } from "vitest";
import type { Event } from "../../model/index.ts";
import type { Step } from "./checker.ts";
import { Ledger } from "./ledger.ts";
import { operators } from "./operators.ts";
import { actor, asks, type Bad, released, Stream, silentAmong, who } from "./testing/streams.ts";

const cause = { sender: "operator:dana", id: "o1" };
const signed = { actor, reason: "r", cause };
const fault = { fault: "f1", kind: "pause", target: "a", strength: 1, delayMs: 0, sinceMs: 1_000, untilMs: 2_000, seed: 1, by: "dana", reason: "drill" };
const schedule = { schedule: "c1", ...fault, durationMs: 100, everyMs: 1_000, halt: {}, runs: 0, nextMs: 2_000 };
const gaveWay = { type: "lock.dequeued", ...who("b"), request: 1, command: "w1", why: "victim", deadlock: "d" };
const favour = { type: "livelock.resolved", finding: "livelock a b", agent: "a", resources: ["k"], untilMs: 9_000, attempt: 1, backOff: [], why: "a first" };

/** Every kind of act, signed. */
const acts: readonly Record<string, unknown>[] = [
  { type: "fault.began", fault, actor, cause },
  { type: "fault.ended", fault: "f1", kind: "pause", target: "a", why: "stopped", ...signed },
  { type: "schedule.set", schedule, actor, cause },
  { type: "schedule.ended", schedule: "c1", why: "stoppedAll", because: "stop all", ...signed },
  { type: "quota.set", principal: "p", locks: 9, waits: null, ...signed },
  { type: "finding.judged", finding: "convoy k", kind: "convoy", verdict: "agree", ...signed },
  { type: "finding.muted", kind: "convoy", pattern: "k", ...signed },
  { type: "finding.unmuted", kind: "convoy", pattern: "k", ...signed },
  { ...favour, agreed: true, ...signed },
  { type: "resource.configured", pattern: "k", settings: {}, ...signed },
  { type: "resource.frozen", resource: "x", ...signed },
  { type: "resource.thawed", resource: "x", ...signed },
  { ...gaveWay, ...signed },
  { ...gaveWay, why: "expelled", deadlock: undefined, actor, reason: "r" },
  released("a", "1", "k", { why: "forced", coolingUntilMs: 6_000, ...signed }),
  { type: "session.ended", ...who("c"), why: "expelled", ...signed },
];
/** Which rules one event breaks, by the checker alone. */
function brokenBy(event: Record<string, unknown>, command?: Step["command"]): string[] {
  const broken: string[] = [];
  operators((rule) => broken.push(rule)).event?.({ position: 1, atMs: 1_000, ...event } as Event, new Ledger(), { command, events: [], atMs: 1_000 });
  return broken;
}

test.each(acts.map((event) => [String(event.type), event] as const))("OP-1 %s by an operator needs its actor and its reason", (_type, event) => {
  expect(brokenBy(event)).toEqual([]);
  expect(brokenBy({ ...event, actor: undefined })).toEqual(["OP-1"]);
  expect(brokenBy({ ...event, reason: "", fault: blank(event.fault), schedule: blank(event.schedule) })).toEqual(["OP-1"]);
  expect(brokenBy({ ...event, actor: { principal: "v", role: "viewer" } })).toEqual(["OP-6"]);
  expect(brokenBy(event, asks("a", { type: "session.leave" }) as Step["command"])).toEqual(["OP-6"]);
});

const blank = (record: unknown) => (typeof record === "object" ? { ...record, reason: "" } : record);

test.each([
  ["a fault of a schedule", { type: "fault.began", fault: { ...fault, schedule: "c1" } }],
  ["a fault that heals", { type: "fault.ended", fault: "f1", kind: "pause", target: "a", why: "healed" }],
  ["a livelock that the engine ends", favour],
  ["a victim of the policy", gaveWay],
  ["who waits for what a new rule makes impossible", { ...gaveWay, why: "unsupported", deadlock: undefined }],
  ["the end of a deadlock, which has no room for a name", { type: "deadlock.resolved", deadlock: "d", how: "operator", lastedMs: 1, cause }],
])("OP-1 %s is nobody's act", (_what, event) => {
  expect(brokenBy(event)).toEqual([]);
});

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
        effect: { loses: [{ agent: "a", resource: "k", fence: "1", heldMs: 0 }], gains: [], dequeues: [], guards: [], keeps: [], leads: [], lockDelayMs: 0 },
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
