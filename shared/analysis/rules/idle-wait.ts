import type { EventType } from "../../model/index.ts";
import type { CheckerFactory } from "./checker.ts";
import { blockersOf } from "./uses.ts";

/** What frees nothing and queues nobody. */
const inert: readonly EventType[] = [
  "session.joined",
  "session.connected",
  "session.disconnected",
  "session.declared",
  "intent.announced",
  "intent.committed",
  "intent.ended",
  "guard.refused",
  "claim.refused",
  "wait.declared",
  "wait.ended",
  "deadlock.detected",
  "deadlock.resolved",
  "finding.raised",
  "finding.cleared",
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

/** LK-21: whoever waits after a command has something before it. */
export const idleWait: CheckerFactory = (fail) => ({
  step({ events }, after) {
    if (events.every((event) => inert.includes(event.type))) return;
    for (const wait of after.waits.values()) {
      const blocked = !blockersOf(after, { session: wait.session, wants: wait.wants, place: wait }).next().done;
      if (!blocked)
        fail(
          "LK-21",
          `request ${wait.request} of ${wait.agent} for ${wait.wants.map((want) => want.resource).join(", ")} waits for nothing after ${events[0]?.type}`,
        );
    }
  },
});
