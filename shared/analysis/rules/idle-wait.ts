import type { Event, EventType } from "../../model/index.ts";
import type { CheckerFactory } from "./checker.ts";
import { inert } from "./inert.ts";
import type { Ledger } from "./ledger.ts";
import { blockersOf, settingsOf } from "./uses.ts";
import { Witnesses } from "./witnesses.ts";

/** What frees nothing and queues nobody. */
const quiet: ReadonlySet<EventType> = new Set([
  ...inert,
  ...(["session.joined", "session.ended", "lock.counted", "wait.declared", "wait.ended"] as const),
  ...(["deadlock.detected", "deadlock.resolved", "finding.raised", "finding.cleared"] as const),
]);

/** LK-21: whoever waits after a command has something before it. */
export const idleWait: CheckerFactory = (fail) => {
  const witnesses = new Witnesses();
  /** How things stood before the first step nobody has looked at. */
  let begun = false;
  return {
    step({ events }, after) {
      if (events.every((event) => quiet.has(event.type))) return;
      const open = begun ? new Set<number>() : new Set(after.waits.keys());
      begun = true;
      for (const event of events) for (const request of openedBy(event, after, witnesses)) open.add(request);
      for (const request of open) {
        const wait = after.waits.get(request);
        witnesses.forget(request);
        if (wait === undefined) continue;
        const blocker = blockersOf(after, { session: wait.session, wants: wait.wants, place: wait }).next();
        if (blocker.done !== true) witnesses.note(request, blocker.value);
        else {
          const names = wait.wants.map((want) => want.resource).join(", ");
          fail("LK-21", `request ${wait.request} of ${wait.agent} for ${names} waits for nothing after ${events[0]?.type}`);
        }
      }
    },
  };
};

/** The requests that may have nothing before them any more. Of what is not known here, all of them. */
function openedBy(event: Event, after: Ledger, witnesses: Witnesses): Iterable<number> {
  switch (event.type) {
    case "lock.queued":
      return [event.wait.request];
    case "lock.granted":
      return [...removed(event.request, witnesses), ...requestsOf(after, event.session)];
    case "lock.upgraded":
      return [...removed(event.request, witnesses), ...changed(event, after, witnesses)];
    case "lock.released":
    case "lock.delayEnded":
    case "lock.downgraded":
      return changed(event, after, witnesses);
    case "lock.transferred":
      return [...changed(event, after, witnesses), ...requestsOf(after, event.to)];
    case "lock.dequeued":
      return removed(event.request, witnesses);
    case "lock.reordered":
    case "lock.inherited":
    case "lock.favoured":
      return [...removed(event.request, witnesses), event.request];
    default:
      return quiet.has(event.type) ? [] : after.waits.keys();
  }
}

/** A lock is no more, or another than it was. */
function changed(
  event: Event & { readonly fence: string; readonly resource: string; readonly session?: string },
  after: Ledger,
  witnesses: Witnesses,
): number[] {
  const open = [...witnesses.gone(`holder ${event.fence}`), ...witnesses.gone(`lockDelay ${event.fence}`)];
  // What covered the session's own requests may do so no more.
  if (event.session !== undefined) open.push(...requestsOf(after, event.session));
  // Any unit that comes back may be the one that is missing, whoever has the others.
  if (settingsOf(after, event.resource).capacity > 1) for (const wait of after.waits.near(event.resource)) open.push(wait.request);
  return open;
}

function removed(request: number | undefined, witnesses: Witnesses): readonly number[] {
  return request === undefined ? [] : witnesses.gone(`queue ${request}`);
}

function requestsOf(ledger: Ledger, session: string): number[] {
  return Array.from(ledger.waits.of(session), (wait) => wait.request);
}
