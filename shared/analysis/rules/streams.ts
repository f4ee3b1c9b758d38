import type { Event, Snapshot } from "../../model/index.ts";
import type { CheckerFactory } from "./checker.ts";

interface Stream {
  /** The last position that was sent. */
  last: number;
  /** Where the frames end for which no credit came back. */
  unpaid: number[];
}

const streamsKept = 200;

/**
 * JR-8: what each viewer is sent is in order, without gap or repeat, from a snapshot or from where it was; who gives no
 * credit is taken off; and what it has folded at a position is the state at that position.
 */
export const streams: CheckerFactory = (fail) => {
  const streams = new Map<string, Stream>();
  const follow = (viewer: string, after: number, events: readonly Event[]): number => {
    let last = after;
    for (const { position } of events) {
      if (position !== last + 1) fail("JR-8", `${viewer} is sent position ${position} after ${last}`);
      last = position;
    }
    return last;
  };
  return {
    fact(fact) {
      switch (fact.kind) {
        case "subscribed": {
          const last = follow(fact.viewer, fact.after, fact.events);
          if (last !== fact.framed) fail("JR-8", `${fact.viewer} is let in with all up to ${last}, its frames follow on ${fact.framed}`);
          streams.set(fact.viewer, { last, unpaid: [] });
          for (const oldest of streams.keys()) if (streams.size > streamsKept) streams.delete(oldest);
          return;
        }
        case "framed": {
          const stream = streams.get(fact.viewer);
          if (stream === undefined) return fail("JR-8", `${fact.viewer} gets a frame and was not let in`);
          if (fact.after !== stream.last) fail("JR-8", `${fact.viewer} gets a frame that follows on ${fact.after}, it has all up to ${stream.last}`);
          stream.last = follow(fact.viewer, fact.after, fact.events);
          stream.unpaid.push(stream.last);
          if (stream.unpaid.length > fact.creditFrames + 1) fail("JR-8", `${fact.viewer} gets a frame and owes credit for ${stream.unpaid.length - 1}`);
          return;
        }
        case "credited": {
          const stream = streams.get(fact.viewer);
          if (stream !== undefined) stream.unpaid = stream.unpaid.filter((end) => end > fact.position);
          return;
        }
        case "viewed":
          if (fact.seen.position > fact.durable) fail("JR-1", `${fact.viewer} has seen position ${fact.seen.position}, only ${fact.durable} is durable`);
          else if (fact.caughtUp && fact.seen.position < fact.durable)
            fail("JR-8", `${fact.viewer} is well and still at ${fact.seen.position}, the journal at ${fact.durable}`);
          else compare(fact.viewer, fact.seen, fact.folded);
          return;
        default:
          return;
      }
    },
  };

  function compare(viewer: string, seen: Snapshot, folded: Snapshot): void {
    for (const [key, value] of Object.entries(folded)) {
      const [ours, theirs] = [JSON.stringify(value), JSON.stringify(seen[key as keyof Snapshot])];
      if (ours !== theirs) fail("JR-8", `${viewer} sees ${key} at ${seen.position} as ${theirs}, the events fold to ${ours}`);
    }
  }
};
