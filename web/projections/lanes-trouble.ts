import { namesIn, strikesServer } from "../../shared/engine/faults/targets.ts";
import type { DeadlockRecord, Event, Fault } from "../../shared/model/index.ts";
import { overlaps } from "../../shared/state/index.ts";
import { names, ringOf } from "./deadlock-words.ts";
import { faultLabel } from "./fault-words.ts";
import type { LaneBounds, Lanes, LanesView, LaneView, Segment, SegmentEnd } from "./lanes-model.ts";
import { type Beginning, begin, finish } from "./lanes-segments.ts";

/**
 * A fault as one band over the lanes of all agents that it names: `w*` covers those that come later, too. What strikes the
 * server or the dashboards covers everybody.
 */
export function bandOfFault(fault: Fault): Beginning {
  return { ...nameOfFault(fault), reason: `${fault.by}: ${fault.reason}`, startMs: fault.sinceMs };
}

function nameOfFault(fault: Pick<Fault, "fault" | "kind" | "target" | "peer">): Omit<Beginning, "startMs"> {
  const covers = strikesServer(fault) ? ["*"] : [fault.target, ...(fault.peer === undefined ? [] : [fault.peer])].flatMap(namesIn);
  return { key: `fault:${fault.fault}`, kind: "fault", covers, label: `fault: ${faultLabel(fault)}` };
}

/** A deadlock as one band over the lanes of its cycle's agents, and of what they wait for. */
export function bandOfDeadlock(found: DeadlockRecord): Beginning {
  const covers = ringOf(found);
  const resources = [...new Set(found.cycle.flatMap((step) => (step.request === undefined ? [] : [step.resource])))];
  return {
    key: `deadlock:${found.deadlock}`,
    kind: "deadlock",
    covers,
    resources,
    label: "deadlock",
    reason: `${names(covers)} wait for each other`,
    startMs: found.sinceMs,
  };
}

/** Does a band lie over this lane? */
export function isOver(band: Segment, lane: Pick<LaneView, "by" | "key">): boolean {
  if (lane.by === "group") return false;
  if (lane.by === "resource") return band.resources.includes(lane.key);
  return band.covers.some((target) => target === lane.key || (target.includes("*") && overlaps(target, lane.key)));
}

/** The bands over a lane between two times, in the order they began. */
export function bandsOver(lanes: Pick<LanesView, "bands" | "bandsFor">, lane: Pick<LaneView, "by" | "key">, fromMs: number, toMs: number): Segment[] {
  return (lanes.bandsFor?.(lane) ?? lanes.bands).filter((band) => band.startMs <= toMs && band.endMs >= fromMs && isOver(band, lane));
}

/** Begins and ends the bands of faults and deadlocks; false when the event is about neither. */
export function foldTrouble(lanes: Lanes, event: Event, bounds: LaneBounds): boolean {
  switch (event.type) {
    case "fault.began":
      begin(lanes, bandOfFault(event.fault), bounds);
      return true;
    case "fault.ended":
      finishBand(lanes, nameOfFault(event), event.atMs, endOfFault[event.why], bounds);
      return true;
    case "deadlock.detected":
      begin(lanes, bandOfDeadlock(event.found), bounds);
      return true;
    case "deadlock.resolved":
      // Whose it was is told by an older page, if at all.
      finishBand(lanes, { key: `deadlock:${event.deadlock}`, kind: "deadlock", covers: [], label: "deadlock" }, event.atMs, "resolved", bounds);
      return true;
    default:
      return false;
  }
}

const endOfFault = { healed: "healed", stopped: "stopped", stoppedAll: "stopped", halted: "stopped" } as const;

/** Ends a band that may have begun before the known history: it is then shown from where that begins. */
function finishBand(lanes: Lanes, band: Omit<Beginning, "startMs">, atMs: number, end: SegmentEnd, bounds: LaneBounds): void {
  if (lanes.fromPosition !== 0 && !lanes.open.has(band.key)) begin(lanes, { ...band, startMs: lanes.firstMs, startKnown: false }, bounds);
  finish(lanes, band.key, atMs, end, bounds);
}
