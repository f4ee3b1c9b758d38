import { TestSpace } from "../../engine/testing/space.ts";
import { genesis, traceOf } from "../index.ts";
import { textOf } from "./journals.ts";

/** A trace in which w1 leads in term 1, is deposed, and four seconds later speaks under that term while w2 leads in term 2. */
export function splitBrainText(): string {
  const space = new TestSpace();
  const group = "repo/main";
  for (const agent of ["w1", "w2"]) {
    space.join(agent);
    space.agent(agent, { type: "election.campaign", group });
  }
  space.nowMs += 5_000;
  space.operator({ type: "election.depose", group, term: "1", reason: "too slow" });
  space.nowMs += 4_000;
  space.agent("w1", { type: "election.assert", group, term: "1" });
  space.nowMs += 20_000;
  space.join("w3");
  return textOf(traceOf({ engine: "test", space: "test", name: "two leaders", base: genesis("test") }, undefined, space.decisions).trace);
}
