import type { EventType } from "../../model/index.ts";

/** What neither makes nor frees anybody wait: checkers of waiting need not look after it. */
export const inert: readonly EventType[] = [
  "session.connected",
  "session.disconnected",
  "session.declared",
  "intent.announced",
  "intent.committed",
  "intent.ended",
  "guard.refused",
  "claim.refused",
  "fault.began",
  "fault.ended",
  "schedule.set",
  "schedule.ended",
  "recording.begun",
  "recording.extended",
  "recording.ended",
  "recording.changed",
  "recording.deleted",
];
