import type { CheckerFactory } from "./checker.ts";

/** LK-7: only who holds a lock, and names its fence, does anything with it. LK-12: a lock is handed over to somebody who is there. */
export const ownership: CheckerFactory = (fail) => ({
  event(event, before, { command, events }) {
    if (event === events[0] && command?.from === "agent" && event.type !== "claim.refused") {
      const { command: asked, session } = command;
      if (asked.type === "lock.release" || asked.type === "lock.upgrade" || asked.type === "lock.downgrade" || asked.type === "lock.transfer") {
        const lock = before.locks.get(asked.fence);
        const owns = lock !== undefined && lock.session === session && lock.resource === asked.resource && lock.coolingUntilMs === undefined;
        if (!owns) fail("LK-7", `${asked.type} of ${asked.resource} with fence ${asked.fence} by ${session}, who does not hold it, came to ${event.type}`);
      }
    }
    if (
      event.type !== "lock.released" &&
      event.type !== "lock.counted" &&
      event.type !== "lock.downgraded" &&
      event.type !== "lock.upgraded" &&
      event.type !== "lock.transferred"
    )
      return;
    const lock = before.locks.get(event.fence);
    if (lock === undefined) return;
    if (lock.session !== event.session || lock.resource !== event.resource) {
      fail("LK-7", `${event.type} names ${event.resource} of ${event.session}; fence ${event.fence} is ${lock.resource} of ${lock.session}`);
    }
    if (event.type === "lock.transferred" && (before.sessions.get(event.to)?.agent !== event.toAgent || event.to === event.session)) {
      fail("LK-12", `${event.resource} was handed to ${event.toAgent} as ${event.to}, which is not another agent's live session`);
    }
    const byHolder = event.type !== "lock.released" || event.why === "released";
    if (!byHolder || command === undefined) return;
    // An upgrade that waited goes through by whatever command made room for it.
    const asked = command.from === "agent" && command.session === lock.session;
    if (!asked && !(event.type === "lock.upgraded" && event.request !== undefined))
      fail("LK-7", `${event.type} of ${event.fence}, but its holder ${lock.agent} sent nothing`);
  },
});
