import type { Event, Recording } from "../../model/index.ts";
import { limits } from "../../model/index.ts";
import type { CheckerFactory, Fail } from "./checker.ts";

/** RC-1: a recording spans what has happened, and ends once. RC-2: it ends by itself, in time. RC-3: no retention rule removes a pinned one. */
export const recordings: CheckerFactory = (fail) => {
  const known = new Map<string, Recording>();
  return {
    begin({ recordings }) {
      for (const recording of recordings) known.set(recording.recording, recording);
    },
    event(event) {
      follow(event, known, fail);
    },
    fact(fact) {
      if (fact.kind !== "awake") return;
      for (const { recording, to, endsMs } of known.values())
        if (to === undefined && endsMs < fact.atMs) fail("RC-2", `${recording} goes on at ${fact.atMs}, its end was ${endsMs}`);
    },
  };
};

function follow(event: Event, known: Map<string, Recording>, fail: Fail): void {
  switch (event.type) {
    case "recording.begun": {
      const { recording, from, to, begunMs, endsMs } = event.recording;
      if (known.has(recording)) fail("RC-1", `${recording} begins a second time`);
      if (from > event.position) fail("RC-1", `${recording} is to begin at ${from}, and only ${event.position} has happened`);
      if (to !== undefined && (to < from || to >= event.position)) fail("RC-1", `${recording} spans ${from} to ${to} at ${event.position}`);
      if (endsMs - begunMs > limits.recordingMs) fail("RC-2", `${recording} is to go on for ${endsMs - begunMs} ms`);
      known.set(recording, event.recording);
      return;
    }
    case "recording.extended": {
      const before = known.get(event.recording);
      // A trace may begin after the recording did.
      if (before === undefined) return;
      if (before.to !== undefined) fail("RC-1", `${event.recording} is extended after its end`);
      if (event.endsMs < before.endsMs || event.endsMs - before.begunMs > limits.recordingMs)
        fail("RC-2", `${event.recording} is extended from ${before.endsMs} to ${event.endsMs}`);
      known.set(event.recording, { ...before, endsMs: event.endsMs, about: event.about });
      return;
    }
    case "recording.ended": {
      const before = known.get(event.recording);
      if (before === undefined) return;
      if (before.to !== undefined) fail("RC-1", `${event.recording} ends a second time`);
      if (event.to >= event.position) fail("RC-1", `${event.recording} ends at ${event.to}, which is not yet at ${event.position}`);
      if (event.why === "over" && event.atMs < before.endsMs) fail("RC-2", `${event.recording} is over at ${event.atMs}, its end is ${before.endsMs}`);
      known.set(event.recording, { ...before, to: event.to });
      return;
    }
    case "recording.changed": {
      const before = known.get(event.recording);
      if (before !== undefined && event.pinned !== undefined) known.set(event.recording, { ...before, pinned: event.pinned });
      return;
    }
    case "recording.deleted":
      if (event.why === "retention" && known.get(event.recording)?.pinned === true)
        fail("RC-3", `${event.recording} is pinned and was removed: ${event.because}`);
      known.delete(event.recording);
      return;
    default:
      return;
  }
}
