import { expect, test } from "vitest";
import type { Event, Fault, FaultKind } from "../../shared/model/index.ts";
import { type Process, RealFaults } from "./real-faults.ts";

function recorder(agent: string): Process & { readonly did: string[] } {
  const did: string[] = [];
  return { agent, did, signal: (signal) => did.push(signal), keepDown: (down) => did.push(down ? "down" : "up") };
}

function began(fault: string, kind: FaultKind, target: string): Event {
  const record: Fault = { fault, kind, target, strength: 1, delayMs: 0, sinceMs: 0, untilMs: 1, seed: 1, by: "dana", reason: "drill" };
  return { position: 1, atMs: 0, type: "fault.began", fault: record };
}

const ended = (fault: string): Event => ({ position: 2, atMs: 1, type: "fault.ended", fault, kind: "pause", target: "", why: "healed" });

test("a pause stops the process and lets it go on, a crash kills it and keeps it down", () => {
  const [w1, w2] = [recorder("w1"), recorder("w2")];
  const faults = new RealFaults([w1, w2]);
  faults.follow([began("f1", "pause", "w1"), ended("f1"), began("f2", "crash", "w*"), ended("f2")]);
  expect(w1.did).toEqual(["SIGSTOP", "SIGCONT", "down", "SIGKILL", "up"]);
  expect(w2.did).toEqual(["down", "SIGKILL", "up"]);
});

test("of two pauses the last one to end lets it go on", () => {
  const w1 = recorder("w1");
  const faults = new RealFaults([w1]);
  faults.follow([began("f1", "pause", "w1"), began("f2", "pause", "*"), ended("f1")]);
  expect(w1.did).toEqual(["SIGSTOP", "SIGSTOP"]);
  faults.follow([ended("f2")]);
  expect(w1.did.at(-1)).toBe("SIGCONT");
});
