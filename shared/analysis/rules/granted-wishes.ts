import type { AgentCommand } from "../../model/index.ts";
import type { CheckerFactory } from "./checker.ts";
import type { Ledger } from "./ledger.ts";
import { isGlob } from "./match.ts";
import { isOutOfOrder } from "./policies.ts";
import { roomOf } from "./quotas.ts";
import { agingStepMs, blockersOf, settingsOf, type Use } from "./uses.ts";

/**
 * LK-21: a request that nothing stands before is granted at once. LK-7, LK-11, LK-17, IN-2, SE-10: whoever may do something to its own lock, wait, intent or state, can: such a command does
 * not come to nothing.
 */
export const grantedWishes: CheckerFactory = (fail) => {
  /** Command ids by session that changed something: their repeats rightly change nothing. */
  const applied = new Map<string, Set<string>>();
  return {
    step({ command, events, atMs }, after) {
      for (const { cause } of events) {
        if (cause === undefined) continue;
        const ids = applied.get(cause.sender) ?? new Set();
        applied.set(cause.sender, ids.add(cause.id));
      }
      for (const event of events) if (event.type === "session.ended") applied.delete(event.session);
      if (command?.from !== "agent" || events.length > 0 || applied.get(command.session)?.has(command.command.id)) return;
      const rule = denied(after, command.session, command.command, atMs);
      if (rule !== undefined) fail(rule, `${command.command.type} by ${command.session} came to nothing: ${JSON.stringify(command.command)}`);
    },
  };
};

/** The rule by which a command that changed nothing should have changed something. */
function denied(ledger: Ledger, session: string, command: AgentCommand, atMs: number): string | undefined {
  switch (command.type) {
    case "lock.acquire": {
      if (!ledger.sessions.has(session) || !isPossible(ledger, session, command.wants)) return undefined;
      if (command.wants.every((want) => settingsOf(ledger, want.resource).level === "none")) return undefined;
      if (isOutOfOrder(ledger, session, command.wants) || roomOf(ledger, session).locks < command.wants.length) return undefined;
      const place = { rank: atMs - command.priority * agingStepMs(ledger, command.wants), request: Number.POSITIVE_INFINITY };
      return blockersOf(ledger, { session, wants: command.wants, place }).next().done ? "LK-21" : undefined;
    }
    case "lock.release":
    case "lock.downgrade": {
      const lock = ledger.locks.get(command.fence);
      if (lock === undefined || lock.session !== session || lock.resource !== command.resource || lock.coolingUntilMs !== undefined) return undefined;
      if (command.type === "lock.release") return "LK-7";
      const unit = lock.level === "sequenced" && settingsOf(ledger, lock.resource).capacity > 1;
      return lock.mode === "exclusive" && !unit ? "LK-11" : undefined;
    }
    case "lock.cancel":
      return [...ledger.waits.of(session)].some((wait) => wait.command === command.acquire) ? "LK-17" : undefined;
    case "intent.fulfil":
    case "intent.withdraw":
      return ledger.intents.get(command.intent)?.session === session ? "IN-2" : undefined;
    case "session.declare": {
      const known = ledger.sessions.get(session);
      if (known === undefined || (command.progress ?? known.progress) < known.progress) return undefined;
      const same =
        (command.state ?? known.state) === known.state &&
        (command.progress ?? known.progress) === known.progress &&
        (command.doing ?? known.doing) === known.doing;
      return same ? undefined : "SE-10";
    }
    default:
      return undefined;
  }
}

/** Could a request be granted some day, as things are set? Else it is rightly refused. */
function isPossible(ledger: Ledger, session: string, wants: readonly Use[]): boolean {
  if (new Set(wants.map((want) => want.resource)).size < wants.length) return false;
  return wants.every((want) => {
    const { level, capacity } = settingsOf(ledger, want.resource);
    const holdsShared = [...ledger.locks.of(session)].some(
      (lock) => lock.resource === want.resource && lock.mode === "shared" && lock.level === "sequenced" && lock.coolingUntilMs === undefined,
    );
    // Who holds it shared has to upgrade.
    if (want.mode === "exclusive" && capacity === 1 && holdsShared) return false;
    if (level !== "sequenced") return true;
    const fits = want.weight <= capacity && (capacity === 1 || want.mode === "exclusive");
    return fits && (isGlob(want.resource) || !ancestorsOf(want.resource).some((path) => isSemaphore(ledger, path)));
  });
}

function isSemaphore(ledger: Ledger, path: string): boolean {
  const { level, capacity } = settingsOf(ledger, path);
  return level === "sequenced" && capacity > 1;
}

function ancestorsOf(path: string): string[] {
  const segments = path.split("/");
  return segments.slice(1).map((_, index) => segments.slice(0, index + 1).join("/"));
}
