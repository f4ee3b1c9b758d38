import { needsOf } from "../../analysis/index.ts";
import type { EventBody, Wait } from "../../model/index.ts";
import { plants, type State, settingsOf } from "../../state/index.ts";
import { isOlder } from "./age.ts";

/**
 * Wound-wait and wait-die (Rosenkrantz, Stearns, Lewis 1978, System level concurrency control): age decides at every new
 * wait who gives way, so that waiting never goes in a ring. Here a wounded session loses the request it waits with and not
 * its locks: a ring needs that every member waits.
 */
export function preventAt(state: State, wait: Wait): EventBody[] {
  const resource = wait.wants[0]?.resource ?? "";
  const { policy, automatic } = settingsOf(state, resource);
  if (automatic !== "live" || (policy !== "woundWait" && policy !== "waitDie")) return [];
  const standing = new Set(needsOf(state, wait).flatMap((need) => need.from.map(({ on }) => on.session)));
  standing.delete(wait.session);
  if (policy === "waitDie") {
    const dies = [...standing].some(
      (other) => holdsOrWaits(state, other) && (plants.dieOlder ? isOlder(state, wait.session, other) : isOlder(state, other, wait.session)),
    );
    return dies ? [giveWay(wait, "victim")] : [];
  }
  const wounded = [...standing]
    .filter((other) => (plants.woundOlder ? isOlder(state, other, wait.session) : isOlder(state, wait.session, other)))
    .flatMap((other) => waitsOf(state, other));
  // The other way round: somebody older waits for what this one holds, and now it waits itself.
  const woundsMe = olderWaiterFor(state, wait.session);
  return [...wounded.map((other) => giveWay(other, "wounded")), ...(woundsMe ? [giveWay(wait, "wounded")] : [])];
}

function giveWay(wait: Wait, why: "victim" | "wounded"): EventBody {
  return { type: "lock.dequeued", session: wait.session, agent: wait.agent, request: wait.request, command: wait.command, why };
}

function holdsOrWaits(state: State, session: string): boolean {
  const own = state.bySession.get(session);
  return own !== undefined && own.locks.size + own.waits.size > 0;
}

function waitsOf(state: State, session: string): Wait[] {
  return [...(state.bySession.get(session)?.waits ?? [])].flatMap((number) => state.waits.get(number) ?? []);
}

function olderWaiterFor(state: State, session: string): boolean {
  for (const fence of state.bySession.get(session)?.locks ?? []) {
    const lock = state.locks.get(fence);
    if (lock === undefined) continue;
    const found = state.index.waits.some(
      lock.resource,
      (other) =>
        other.session !== session &&
        isOlder(state, other.session, session) &&
        needsOf(state, other).some((need) => need.from.some(({ on }) => on.session === session)),
    );
    if (found) return true;
  }
  return false;
}
