import { afterEach, describe, expect, test } from "vitest";
import { type Box, connect } from "../../../shared/client/index.ts";
import { closeServers, until } from "../../test-server.ts";
import { type Drill, drill, inject, stopAll } from "./live-drill.ts";

afterEach(closeServers);

const boxes: Box[] = [];
afterEach(() => {
  for (const box of boxes.splice(0)) box.close();
});

const group = "fleet/plan";

/** Agents that say things to each other, and what each has heard, as `from: body`. */
async function talkers(
  it: Drill,
  ...agents: string[]
): Promise<{ say: (from: string, to: string, body: string) => Promise<void>; heard: Map<string, string[]> }> {
  const heard = new Map<string, string[]>();
  const byAgent = new Map<string, Box>();
  for (const agent of agents) {
    const box = await connect({ url: it.app.url, agent });
    boxes.push(box);
    byAgent.set(agent, box);
    const said: string[] = [];
    heard.set(agent, said);
    box.messages(group).onMessage(({ from, body }) => said.push(`${from}: ${body}`));
  }
  const say = async (from: string, to: string, body: string) => void (await byAgent.get(from)?.send(group, to, "talk", body));
  return { say, heard };
}

describe("FI-7 messages between agents feel the faults of both ends", () => {
  test("a cut between two halves splits a group: within each half they talk, across nothing comes, and afterwards everything does", async () => {
    const it = await drill();
    const { say, heard } = await talkers(it, "w1", "w2", "w3", "w4");
    await inject(it, "cutPair", { target: "w1,w2", peer: "w3,w4" });
    for (const to of ["w2", "w3", "w4"]) await say("w1", to, "split");
    for (const to of ["w1", "w2", "w3"]) await say("w4", to, "split");
    // What would have come has come: it was sent before, over the same connection.
    await say("w2", "w1", "last");
    await say("w3", "w4", "last");
    await until(() => expect(heard.get("w1")).toEqual(["w2: last"]));
    await until(() => expect(heard.get("w4")).toEqual(["w3: last"]));
    await until(() => expect([heard.get("w2"), heard.get("w3")]).toEqual([["w1: split"], ["w4: split"]]));
    await stopAll(it);
    await until(() => expect(boxes.every((box) => box.status === "connected")).toBe(true));
    await until(async () => {
      await say("w1", "w3", "whole");
      expect(heard.get("w3")).toContain("w1: whole");
    });
  });

  test.each(["cut", "cutOut"] as const)("%s: what is sent to it is lost", async (kind) => {
    const it = await drill();
    const { say, heard } = await talkers(it, "w1", "w2");
    await inject(it, kind);
    await say("w2", "w1", "lost");
    await stopAll(it);
    await until(async () => {
      await say("w2", "w1", "comes");
      expect(heard.get("w1")).toContain("w2: comes");
    });
    expect(heard.get("w1")).not.toContain("w2: lost");
  });

  test("drop: what it sends is lost", async () => {
    const it = await drill();
    const { say, heard } = await talkers(it, "w1", "w2", "w3");
    await inject(it, "drop");
    say("w1", "w2", "lost").catch(() => undefined);
    await say("w3", "w2", "comes");
    await until(() => expect(heard.get("w2")).toEqual(["w3: comes"]));
  });

  test("EL-18 duplicate: what is sent twice comes once", async () => {
    const it = await drill();
    const { say, heard } = await talkers(it, "w1", "w2");
    await inject(it, "duplicate");
    for (const body of ["one", "two", "three"]) await say("w1", "w2", body);
    await until(() => expect(heard.get("w2")).toEqual(["w1: one", "w1: two", "w1: three"]));
  });

  test.each(["delay", "reorder"] as const)("%s: it comes later, and not in the order in which it was sent", async (kind) => {
    const it = await drill();
    const { say, heard } = await talkers(it, "w1", "w2");
    await inject(it, kind, { target: "w2", delayMs: 500, seed: 3 });
    const bodies = Array.from({ length: 12 }, (_, n) => `w1: ${String(n).padStart(2, "0")}`);
    for (const body of bodies) await say("w1", "w2", body.slice(4));
    await until(() => expect([...(heard.get("w2") ?? [])].sort()).toEqual(bodies));
    expect(heard.get("w2")).not.toEqual(bodies);
  });
});
