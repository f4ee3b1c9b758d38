import { describe, expect, it } from "vitest";
import { TestSpace } from "../../engine/testing/space.ts";
import { toSnapshot } from "../../state/index.ts";
import { checkHistory, operationsOf } from "./index.ts";

/** A space in which all that a lock can go through happens. */
function busySpace(): TestSpace {
  const space = new TestSpace();
  for (const agent of ["w1", "w2", "w3"]) space.join(agent);
  space.configure("pool", { capacity: 3 });
  space.configure("notes/**", { level: "advisory" });
  space.acquire("w1", "repo/src");
  space.acquire("w2", "repo/src/app.ts");
  space.acquire("w3", "repo/docs", { mode: "shared" });
  space.acquire("w2", "notes/a");
  space.acquire("w3", "notes/a");
  space.release("w1", "repo/src");
  space.acquire("w1", "pool", { weight: 2 });
  space.acquire("w3", "pool");
  space.agent("w3", { type: "lock.upgrade", resource: "repo/docs", fence: space.fence("repo/docs") });
  space.agent("w3", { type: "lock.downgrade", resource: "repo/docs", fence: space.fence("repo/docs") });
  space.agent("w2", { type: "lock.transfer", resource: "repo/src/app.ts", fence: space.fence("repo/src/app.ts"), to: "w1" });
  return space;
}

const eventsOf = (space: TestSpace) => ({ snapshot: undefined, events: space.events });

describe("our own traces", () => {
  it("LK-1, LK-3, LK-12: what the engine grants can be explained", () => {
    const space = busySpace();
    const operations = operationsOf(eventsOf(space));
    expect(new Set(operations.map(({ key }) => key))).toEqual(new Set(["repo/src", "repo/docs", "pool"]));
    expect(operations.filter(({ call }) => call.f === "acquire")).toHaveLength(8);
    expect(checkHistory(operations)).toMatchObject({ ok: true, key: null, operations: operations.length });
  });

  it("LK-1: a grant below what another holds is named with both parties and its position", () => {
    const space = busySpace();
    const intruder = space.events.findIndex((event) => event.type === "lock.released" && event.resource === "repo/src");
    const events = space.events.filter((_, at) => at !== intruder);
    const verdict = checkHistory(operationsOf({ snapshot: undefined, events }));
    const granted = events.find((event) => event.type === "lock.granted" && event.locks[0]?.resource === "repo/src/app.ts");
    expect(verdict).toMatchObject({ ok: false, key: "repo/src" });
    const [wrong] = verdict.keys.filter((one) => one.ok === false);
    expect(wrong?.ok === false && wrong.counterexample.at).toBe(granted?.position);
    expect(wrong?.ok === false && wrong.counterexample.overlaps[0]).toMatchObject({
      at: granted?.position,
      holders: [
        { process: "w1", resource: "repo/src" },
        { process: "w2", resource: "repo/src/app.ts" },
      ],
    });
  });

  it("LK-3: more units than there are is named with all that had some", () => {
    const events = structuredClone(busySpace().events);
    for (const event of events) if (event.type === "lock.granted" && event.agent === "w3" && event.locks[0]?.resource === "pool") event.locks[0].weight = 2;
    const verdict = checkHistory(operationsOf({ snapshot: undefined, events }));
    expect(verdict).toMatchObject({ ok: false, key: "pool" });
    expect(verdict.words).toContain("4 units of 3 were held by w1");
  });

  it("what was held before the trace began counts", () => {
    const space = busySpace();
    const snapshot = toSnapshot(space.state);
    const position = space.events.length;
    space.release("w1", "repo/src/app.ts");
    space.acquire("w3", "repo/src/app.ts");
    const events = space.events.slice(position);
    expect(checkHistory(operationsOf({ snapshot, events })).ok).toBe(true);
    const early = events.filter(({ type }) => type !== "lock.released");
    expect(checkHistory(operationsOf({ snapshot, events: early }))).toMatchObject({ ok: false, key: "repo/src/app.ts" });
  });
});
