import { expect, test } from "vitest";
import type { Fault } from "../../../shared/model/index.ts";
import { GraphPlaces } from "../../projections/graph-places.ts";
import { struckInSight } from "./fault-marks.ts";

const view = { left: 0, top: 0, zoom: 0.1, width: 100, height: 100 };
const fault = (values: Partial<Fault>): Fault => ({
  fault: "f1",
  kind: "pause",
  target: "w1",
  strength: 1,
  delayMs: 0,
  sinceMs: 0,
  untilMs: 1,
  seed: 1,
  by: "dana",
  reason: "drill",
  ...values,
});

function placed(): GraphPlaces {
  const places = new GraphPlaces();
  for (const [index, id] of ["agent:w1", "agent:w2", "agent:t1", "resource:repo/w1"].entries()) places.set(id, { x: index * 200, y: 100 });
  places.set("agent:w9", { x: 5_000, y: 5_000 });
  return places;
}

test("the agents that a fault strikes are marked: by name, by pattern, both sides of a cut", () => {
  const struck = (values: Partial<Fault>) => struckInSight([fault(values)], placed(), view).sort();
  expect(struck({})).toEqual(["agent:w1"]);
  expect(struck({ target: "w*" })).toEqual(["agent:w1", "agent:w2"]);
  expect(struck({ kind: "cutPair", target: "w1", peer: "t1" })).toEqual(["agent:t1", "agent:w1"]);
  expect(struck({ target: "w2,w1" })).toEqual(["agent:w1", "agent:w2"]);
});

test("what strikes the server marks nobody", () => {
  expect(struckInSight([fault({ kind: "stallServer", target: "*" }), fault({ kind: "clockJump", target: "server" })], placed(), view)).toEqual([]);
});
