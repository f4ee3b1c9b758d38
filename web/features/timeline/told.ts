import type { Event } from "../../../shared/model/index.ts";
import { markOf } from "../../projections/lanes-marks.ts";
import type { LanesView, Mark, Segment } from "../../projections/lanes-model.ts";
import { PackedLanes } from "../../projections/lanes-packed.ts";
import { replay } from "../../replay/replay.ts";
import type { Under } from "./hover.ts";

const keptEvents = 500;
/** Events that were asked for; undefined while there is no answer. */
let asked = new Map<number, Event | undefined>();
let askedOf: LanesView | undefined;

/**
 * Packed lanes know when and what, the events of the trace why and in which words. What is not at hand is asked for, and
 * `came` called when it is there.
 */
export function told(lanes: LanesView, under: Under, came: () => void): Under {
  if (!(lanes instanceof PackedLanes)) return under;
  const at = (position: number | undefined): Event | undefined => (position === undefined || position === 0 ? undefined : eventAt(lanes, position, came));
  const { segment, mark } = under;
  return {
    ...under,
    segment: segment === undefined ? undefined : withReason(segment, at(segment.reason === "" ? segment.position : undefined)),
    mark: mark === undefined ? undefined : withWords(mark, at(mark.words === "" ? mark.position : undefined)),
  };
}

function eventAt(lanes: LanesView, position: number, came: () => void): Event | undefined {
  if (askedOf !== lanes || asked.size > keptEvents) asked = new Map();
  askedOf = lanes;
  if (asked.has(position)) return asked.get(position);
  const mine = asked;
  mine.set(position, undefined);
  replay.eventAt(position).then(
    (event) => {
      mine.set(position, event);
      came();
    },
    // Whoever points there again asks again.
    () => mine.delete(position),
  );
  return undefined;
}

/** Why it was held, waited for or planned, as the event that began it says. */
export function withReason(segment: Segment, event: Event | undefined): Segment {
  const reason = event === undefined ? "" : reasonIn(event, segment);
  return reason === "" ? segment : { ...segment, reason };
}

function reasonIn(event: Event, { fence }: Segment): string {
  switch (event.type) {
    case "lock.granted":
      return event.locks.find((lock) => lock.fence === fence)?.reason ?? "";
    case "lock.queued":
      return event.wait.reason;
    case "intent.announced":
      return event.intent.reason;
    case "leader.elected":
      return event.leader.because;
    case "resource.frozen":
      return event.reason ?? "";
    default:
      return "";
  }
}

/** The mark as the live timeline has it. */
export function withWords(mark: Mark, event: Event | undefined): Mark {
  if (event === undefined) return mark;
  if (mark.kind === "did" && event.type === "session.declared") return { ...mark, agent: event.agent, words: `${event.agent}: ${event.doing}` };
  return markOf(event) ?? mark;
}
