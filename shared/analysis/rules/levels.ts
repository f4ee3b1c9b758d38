import type { CheckerFactory } from "./checker.ts";
import type { Ledger } from "./ledger.ts";
import { overlaps } from "./match.ts";
import { conflictsOf, difference } from "./plans.ts";
import { settingsOf } from "./uses.ts";

/**
 * LE-1: at level `none` nothing is recorded. LE-2, LE-3: advisory and optimistic requests never wait. LE-3: one writer a
 * version. LE-4: versions only rise. LE-5: a lock has the level and the guard that the rules say.
 */
export const levels: CheckerFactory = (fail) => ({
  event(event, before) {
    if (event.type === "lock.granted") {
      const uses = event.locks.filter((lock) => lock.level !== "sequenced");
      const met = uses.length === 0 ? new Set<string>() : conflictsOf(before, { session: event.session, uses, startMs: event.atMs, endMs: event.atMs + 1 });
      const problem = difference(event.conflicts ?? [], met);
      if (problem !== undefined) fail("LE-2", `${event.agent}, who shares ${uses.map((lock) => lock.resource).join(", ")} with others, ${problem}`);
      for (const lock of event.locks) {
        const { level, guarded } = settingsOf(before, lock.resource);
        if (level === "none") fail("LE-1", `${lock.resource} is recorded as ${lock.fence}, its level is none`);
        else if (lock.level !== level || lock.guarded !== guarded) {
          fail("LE-5", `${lock.resource} was granted ${lock.level}${lock.guarded ? " guarded" : ""}, the rules say ${level}${guarded ? " guarded" : ""}`);
        }
        const read = level === "optimistic" ? newest(before, lock.resource) : undefined;
        if (lock.version !== read) fail("LE-3", `${lock.resource} was granted with version ${lock.version ?? "none"}, it is ${read ?? "none"}`);
      }
    }
    if (event.type === "lock.queued" && event.wait.upgradeOf === undefined) {
      const waits = event.wait.wants.some((want) => settingsOf(before, want.resource).level === "sequenced");
      if (!waits) fail("LE-2", `request ${event.wait.request} waits, though nothing it wants is sequenced`);
    }
    if (event.type === "version.advanced") {
      const current = newest(before, event.resource);
      const read = before.locks.get(event.fence)?.version;
      if (event.base !== read) fail("LE-3", `${event.agent} advances ${event.resource} from ${event.base}, it read ${read ?? "nothing"}`);
      if (BigInt(current) > BigInt(event.base)) fail("LE-3", `${event.agent} wrote ${event.resource} against ${event.base}, but it is ${current}`);
      if (BigInt(event.version) <= BigInt(current)) fail("LE-4", `version of ${event.resource} goes from ${current} to ${event.version}`);
    }
    if (event.type === "version.conflicted" && BigInt(event.current) <= BigInt(event.base)) {
      fail("LE-3", `${event.agent} was told to compensate on ${event.resource}, though nobody wrote since ${event.base}`);
    }
    if (event.type === "version.folded") {
      for (const resource of event.resources) {
        const version = before.versions.get(resource)?.version ?? "0";
        if (BigInt(version) > BigInt(event.floor)) fail("LE-4", `${resource} at ${version} is folded into the lower floor ${event.floor}`);
      }
      if (BigInt(event.floor) < BigInt(before.versionFloor)) fail("LE-4", `the floor falls from ${before.versionFloor} to ${event.floor}`);
    }
  },
});

/** The newest version of anything that overlaps with a resource. */
function newest(ledger: Ledger, resource: string): string {
  let highest = ledger.versionFloor;
  for (const version of ledger.versions.values())
    if (BigInt(version.version) > BigInt(highest) && overlaps(version.resource, resource)) highest = version.version;
  return highest;
}
