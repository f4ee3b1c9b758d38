import type { Actor, Event } from "../../model/index.ts";
import type { CheckerFactory, Fail } from "./checker.ts";
import type { Ledger } from "./ledger.ts";
import { overlaps } from "./match.ts";

/** OP-1: acts are signed. OP-2: a forced release hits the one lock it names. OP-3: nobody is granted what is frozen. OP-6: only operators act. */
export const operators: CheckerFactory = (fail) => ({
  event(event, before, { command }) {
    const act = actOf(event);
    if (act !== undefined) {
      if (act.actor === undefined || act.reason === undefined || act.reason === "")
        fail("OP-1", `${event.type} at ${event.position} lacks ${act.actor === undefined ? "its actor" : "its reason"}`);
      else if (act.actor.role !== "operator") fail("OP-6", `${event.type} at ${event.position} was done by a ${act.actor.role}`);
      if (command !== undefined && command.from !== "operator") fail("OP-6", `${event.type} at ${event.position} came of a command by an ${command.from}`);
    }
    if (event.type === "lock.released" && event.why === "forced" && command?.from === "operator") {
      const asked = command.command;
      const named = asked.type === "lock.forceRelease" && asked.fence === event.fence && asked.resource === event.resource;
      if (!named) fail("OP-2", `${event.resource} with fence ${event.fence} was forced, which nobody named`);
    }
    if (event.type === "lock.granted") {
      for (const lock of event.locks) if (lock.level === "sequenced") frozen(fail, before, lock.resource, event.agent);
    }
    if (event.type === "lock.upgraded") frozen(fail, before, event.resource, event.agent);
  },
});

function frozen(fail: Fail, ledger: Ledger, resource: string, agent: string): void {
  for (const freeze of ledger.freezes.values()) {
    if (overlaps(freeze.resource, resource)) fail("OP-3", `${agent} was granted ${resource}, but ${freeze.resource} is frozen`);
  }
}

interface Act {
  readonly actor: Actor | undefined;
  readonly reason: string | undefined;
}

/** Actor and reason of a privileged event, undefined for any other. */
function actOf(event: Event): Act | undefined {
  switch (event.type) {
    case "resource.configured":
    case "resource.frozen":
    case "resource.thawed":
      return event;
    case "lock.released":
      return event.why === "forced" || event.why === "expelled" ? { actor: event.actor, reason: event.reason } : undefined;
    case "session.ended":
      return event.why === "expelled" ? { actor: event.actor, reason: event.reason } : undefined;
    default:
      return undefined;
  }
}
