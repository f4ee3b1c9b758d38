import { expect, test } from "vitest";
import type { Fault, FaultKind } from "../../../shared/model/index.ts";
import { passageOf } from "./passage.ts";

function fault(kind: FaultKind, more: Partial<Fault> = {}): Fault {
  return { fault: "f1", kind, target: "w1", strength: 1, delayMs: 200, sinceMs: 0, untilMs: 5_000, seed: 1, by: "dana", reason: "drill", ...more };
}

const half = () => 0.5;
const pass = (kind: FaultKind, way: "in" | "answer" | "notice", message = "commands", more: Partial<Fault> = {}) =>
  passageOf([fault(kind, more)], way, message, 1_000, half);

test.each([
  ["cut", true, true],
  ["cutIn", true, false],
  ["cutOut", false, true],
  ["crash", true, true],
  ["dropAnswers", false, true],
  ["drop", true, false],
] as const)("%s: to the server lost %s, answer lost %s", (kind, inLost, answerLost) => {
  expect(pass(kind, "in").lost).toBe(inLost);
  expect(pass(kind, "answer").lost).toBe(answerLost);
});

test("a pause holds everything until it is over; slowness adds to it", () => {
  expect(pass("pause", "in")).toEqual({ lost: false, delayMs: 4_000, copies: 1 });
  expect(pass("slow", "notice").delayMs).toBe(200);
  expect(passageOf([fault("pause"), fault("slow")], "in", "commands", 1_000, half).delayMs).toBe(4_200);
});

test("only heartbeats stop when renewing stops; only commands come twice", () => {
  expect(pass("stopRenewing", "in", "heartbeat").lost).toBe(true);
  expect(pass("stopRenewing", "in", "commands").lost).toBe(false);
  expect(pass("duplicate", "in").copies).toBe(2);
  expect(pass("duplicate", "answer").copies).toBe(1);
});

test("strength is a probability", () => {
  expect(pass("drop", "in", "commands", { strength: 0.4 }).lost).toBe(false);
  expect(pass("drop", "in", "commands", { strength: 0.6 }).lost).toBe(true);
});
