import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Event } from "../../shared/model/index.ts";
import { spansOf } from "../../shared/trace/spans.ts";
import { buildLanes } from "./lanes.ts";
import { type LaneBounds, type LaneTableView, laneBounds, type RowView, type Segment } from "./lanes-model.ts";
import { LanePacker } from "./lanes-pack.ts";
import { PackedLanes } from "./lanes-packed.ts";
import { sampleEvents, takeEvents } from "./lanes-sample.ts";

const roomy: LaneBounds = { ...laneBounds, segments: 1e9, segmentsPerRow: 1e9, marksPerLane: 1e9, acts: 1e9 };
const history = (seed: number, count: number): Event[] =>
  takeEvents(sampleEvents({ agents: 9, resources: 7, trouble: true, restEvery: 90, restMs: 120_000, seed }), count);

function packed(events: readonly Event[], size: number): PackedLanes {
  const packer = new LanePacker();
  const lanes = new PackedLanes();
  for (let at = 0; at < events.length; at += size) {
    for (const event of events.slice(at, at + size)) packer.take(event);
    lanes.append(packer.part());
    // At the end of what was read; a space's history goes on after that.
    if (at % 3 === 0) lanes.trim();
  }
  return lanes;
}

/** All but what is told by the events when one points there. */
const said = ({ reason: _, label, covers, ...segment }: Segment) => segment;
const rowOf = (row: RowView) => Array.from({ length: row.length }, (_, index) => said(row.at(index) as Segment));

function shown({ order }: LaneTableView) {
  return order.map((lane) => ({
    key: lane.key,
    bars: lane.bars.map(rowOf),
    plans: lane.plans.map(rowOf),
    backdrop: lane.backdrop.map(rowOf),
    crowd: rowOf(lane.crowd).map(({ startMs, endMs, count, end }) => ({ startMs, endMs, count, end })),
    marks: Array.from({ length: lane.marks.length }, (_, index) => lane.marks.at(index)).map((mark) => [mark?.kind, mark?.atMs, mark?.position]),
  }));
}

describe("the lanes of a whole trace", () => {
  it("are those that the live timeline would show, row by row, however they came in", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 400 }), (seed, size) => {
        const events = history(seed, 700);
        const [lanes, live] = [packed(events, size), buildLanes(events, null, roomy)];
        expect(shown(lanes.agents)).toEqual(shown(live.agents));
        expect(shown(lanes.resources)).toEqual(shown(live.resources));
        expect([lanes.cuts, lanes.acts, lanes.fromPosition, lanes.firstMs, lanes.lastMs]).toEqual([
          live.cuts,
          live.acts,
          live.fromPosition,
          live.firstMs,
          live.lastMs,
        ]);
      }),
      { numRuns: 40 },
    );
  });

  it("have an arrow from each release to the grant that it made possible, for whom one looks at", () => {
    const events = history(5, 1_500);
    const lanes = packed(events, 64);
    const { holds } = spansOf({ snapshot: undefined, events });
    const all = { by: "agent", fromMs: events[0]!.atMs, toMs: events.at(-1)!.atMs, position: 0, apartMs: 0 } as const;
    let found = 0;
    for (const { key } of lanes.agents.order) {
      const expected = holds.filter(({ after, agent, request }) => request !== undefined && after !== undefined && after.agent !== agent);
      const own = expected.filter(({ agent, after }) => agent === key || after?.agent === key);
      const arrows = lanes.arrows
        .find({ ...all, of: { kind: "agent", id: key } })
        .filter(({ to }) => expected.some((hold) => hold.startPosition === to.position));
      expect(arrows.map(({ from, to }) => `${from.lane} ${to.lane} ${to.position}`).sort()).toEqual(
        own.map(({ after, agent, startPosition }) => `${after?.agent} ${agent} ${startPosition}`).sort(),
      );
      for (const { from, to } of arrows) expect(from.position).toBeLessThan(to.position);
      found += arrows.length;
    }
    expect(found).toBeGreaterThan(20);
    // Of an event that stands at the cursor they are there in any case.
    const every = lanes.agents.order.flatMap(({ key }) => lanes.arrows.find({ ...all, of: { kind: "agent", id: key } }));
    const nobody = { kind: "agent", id: "nobody" };
    for (const arrow of every)
      for (const { position } of [arrow.from, arrow.to]) expect(lanes.arrows.find({ ...all, of: nobody, position })).toContainEqual(arrow);
    for (let position = 0; position <= events.length; position++)
      for (const { from, to } of lanes.arrows.find({ ...all, of: nobody, position })) expect([from.position, to.position]).toContain(position);
  });

  it("sum up exactly what lies in any part of a row", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.array(fc.tuple(fc.nat(500), fc.nat(500)), { minLength: 20, maxLength: 20 }), (seed, ranges) => {
        const lanes = packed(history(seed, 1_500), 100);
        for (const lane of [...lanes.agents.order, ...lanes.resources.order])
          for (const row of [...lane.bars, ...lane.plans])
            for (const [one, other] of ranges) {
              const [first, last] = [Math.min(one, other) % (row.length + 1), Math.max(one, other) % (row.length + 1)].sort((a, b) => a - b) as [
                number,
                number,
              ];
              const expected = { heldMs: 0, waitsMs: 0, otherMs: 0 };
              for (let index = first; index < last; index++) {
                const segment = row.at(index) as Segment;
                const endMs = segment.endMs === Number.POSITIVE_INFINITY ? lanes.lastMs : segment.endMs;
                const what = segment.kind === "waiting" ? "waitsMs" : segment.kind === "intent" || segment.kind === "cooling" ? "otherMs" : "heldMs";
                expected[what] += Math.max(endMs - segment.startMs, 1e-3);
              }
              const sums = row.sums(first, last, lanes.lastMs);
              const off = Math.max(...(["heldMs", "waitsMs", "otherMs"] as const).map((what) => Math.abs(sums[what] - expected[what])));
              if (off > 1e-4) expect(sums).toEqual(expected);
            }
      }),
      { numRuns: 5 },
    );
  });
});
