import { expect, test } from "vitest";
import type { Fault, FaultKind } from "../../../shared/model/index.ts";
import { altered } from "./altered.ts";

function fault(kind: FaultKind): Fault {
  return { fault: "f1", kind, target: "w1", strength: 1, delayMs: 0, sinceMs: 0, untilMs: 1_000, seed: 1, by: "dana", reason: "drill" };
}

const say = (body: unknown) => ({
  id: "c1",
  type: "message.send",
  group: "g",
  to: "w2",
  kind: "raft",
  body: typeof body === "string" ? body : JSON.stringify(body),
});

test("who holds for ever gives nothing back, and says all else", () => {
  const sent = [
    { id: "c1", type: "lock.release", resource: "x", fence: "1" },
    { id: "c2", type: "session.declare", doing: "x" },
  ];
  expect(altered(sent, [fault("holdForever")])).toEqual([{ id: "c1", type: "session.declare" }, sent[1]]);
  expect(altered(sent, [fault("slow")])).toEqual(sent);
});

test("who votes for everybody grants what it refuses, and says all else", () => {
  const refusal = say({ type: "voted", term: 3, granted: false });
  const others = [
    say({ type: "voted", granted: true }),
    say({ type: "append" }),
    say("{"),
    say("null"),
    say('"granted"'),
    { id: "c", type: "lock.release" },
    null,
    7,
  ];
  expect(altered([refusal, ...others], [fault("doubleVote")])).toEqual([say({ type: "voted", term: 3, granted: true }), ...others]);
  expect(altered([refusal], [])).toEqual([refusal]);
});

test("what is no list stays as it is", () => {
  for (const message of [undefined, "text", { id: "c1" }]) expect(altered(message, [fault("doubleVote"), fault("holdForever")])).toBe(message);
});
