import { describe, expect, it } from "vitest";
import { TestSpace } from "../engine/testing/space.ts";
import { emptyState, evolve, fromSnapshot, toSnapshot } from "../state/index.ts";
import { type HoldSpan, SpanReader, spansOf, type WaitSpan } from "./spans.ts";
import { journalOf } from "./testing/journals.ts";

function space(...agents: string[]): TestSpace {
  const made = new TestSpace();
  for (const agent of agents) made.join(agent);
  return made;
}

const told = ({ agent, mode, ended, id }: HoldSpan) => [id, agent, mode, ended];

describe("holds and waits of a recording", () => {
  it("LK-23: at every position what is open is what the state has, from the begin or from a snapshot", () => {
    for (const seed of [3, 7]) {
      const { events } = journalOf(seed);
      for (const after of [0, Math.floor(events.length / 2)]) {
        const state = emptyState("sim");
        for (const event of events.slice(0, after)) evolve(state, event);
        const holds = new Map<string, HoldSpan>();
        const waits = new Map<number, WaitSpan>();
        const reader = new SpanReader({
          holdBegan: (hold) => holds.set(hold.fence, hold),
          holdEnded: (hold) => holds.delete(hold.fence),
          waitBegan: (wait) => waits.set(wait.request, wait),
          waitEnded: (wait) => waits.delete(wait.request),
        });
        reader.begin(after === 0 ? undefined : toSnapshot(state));
        for (const event of events.slice(after)) {
          evolve(state, event);
          reader.add(event);
          if (event.position % 5 > 0) continue;
          const held = [...state.locks.values()].filter((lock) => lock.coolingUntilMs === undefined);
          expect(new Set([...holds.values()].map((hold) => `${hold.fence} ${hold.agent} ${hold.resource} ${hold.mode}`))).toEqual(
            new Set(held.map((lock) => `${lock.fence} ${lock.agent} ${lock.resource} ${lock.mode}`)),
          );
          expect(new Set(waits.keys())).toEqual(new Set(state.waits.keys()));
        }
      }
    }
  });

  it("EL-9: leaderships follow on each other, the one handed over ends as the next begins; the last one lasts", () => {
    const made = space("w1", "w2");
    made.agent("w1", { type: "election.campaign", group: "repo/merger" });
    made.agent("w2", { type: "election.campaign", group: "repo/merger" });
    made.pass(70);
    made.agent("w1", { type: "election.handOver", group: "repo/merger", term: "1", to: "w2" });
    const after = made.state.position;
    const lead = { group: "repo/merger", agent: "w2", term: "2", why: "handedOver", startMs: 1_070, ended: undefined };
    expect(spansOf({ snapshot: undefined, events: made.events }).leads).toMatchObject([
      { group: "repo/merger", agent: "w1", term: "1", why: "vacant", startMs: 1_000, endMs: 1_070, ended: "handedOver" },
      { ...lead, startPosition: after },
    ]);
    expect(spansOf({ snapshot: toSnapshot(made.state), events: [] }).leads).toMatchObject([{ ...lead, startPosition: undefined }]);
  });

  it("LK-10, LK-11, LK-12: a lock that goes on otherwise is several holds, one after the other", () => {
    const made = space("w1", "w2");
    made.acquire("w1", "repo", { mode: "shared" });
    made.agent("w1", { type: "lock.upgrade", resource: "repo", fence: "1" });
    made.agent("w1", { type: "lock.downgrade", resource: "repo", fence: "2" });
    made.agent("w1", { type: "lock.transfer", resource: "repo", fence: "2", to: "w2" });
    made.pass(5);
    made.release("w2", "repo");
    const { holds } = spansOf({ snapshot: undefined, events: made.events });
    expect(holds.map(told)).toEqual([
      ["1", "w1", "shared", "upgraded"],
      ["2", "w1", "exclusive", "downgraded"],
      ["2.2", "w1", "shared", "transferred"],
      ["3", "w2", "shared", "released"],
    ]);
    expect(holds.map(({ after }) => after?.id)).toEqual([undefined, "1", "2", "2.2"]);
    expect(holds.map(({ startMs, endMs }) => (endMs ?? 0) - startMs)).toEqual([0, 0, 0, 5]);
  });

  it("a grant after waiting names the hold that let it in, also one above it or below it", () => {
    const made = space("w1", "w2", "w3");
    made.acquire("w1", "repo/src/app.ts");
    made.acquire("w3", "docs");
    made.acquire("w2", "repo/src");
    made.pass(7);
    made.release("w1", "repo/src/app.ts");
    const { holds, waits } = spansOf({ snapshot: undefined, events: made.events });
    expect(waits).toMatchObject([{ agent: "w2", ended: "granted", blockedBy: [{ id: "1", agent: "w1" }] }]);
    expect(waits.map(({ startMs, endMs }) => (endMs ?? 0) - startMs)).toEqual([7]);
    expect(holds.find(({ agent }) => agent === "w2")).toMatchObject({ request: 1, waitedMs: 7, after: { id: "1", agent: "w1" } });
    expect(holds.filter(({ request }) => request === undefined).map(({ after }) => after)).toEqual([undefined, undefined]);
  });

  it("what lasts at the end has no end, what lasted before the begin has no position", () => {
    const made = space("w1", "w2");
    made.acquire("w1", "repo");
    const snapshot = toSnapshot(made.state);
    const position = made.events.length;
    made.acquire("w2", "repo");
    const { holds, waits } = spansOf({ snapshot: toSnapshot(fromSnapshot(snapshot)), events: made.events.slice(position) });
    expect(holds).toMatchObject([{ agent: "w1", startPosition: undefined, endMs: undefined, ended: undefined }]);
    expect(waits).toMatchObject([{ agent: "w2", startPosition: position + 1, endMs: undefined, ended: undefined }]);
  });
});
