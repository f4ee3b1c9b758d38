import { type Actor, type Event, type EventType, eventSchema } from "../../model/index.ts";
import type { CheckerFactory, Fail } from "./checker.ts";
import type { Ledger } from "./ledger.ts";
import { overlaps } from "./match.ts";

/** OP-1: acts are signed. OP-2: a forced release hits the one lock it names. OP-3: nobody is granted what is frozen. OP-6: only operators act. */
export const operators: CheckerFactory = (fail) => ({
  event(event, before, { command }) {
    if (isAct(event)) {
      const [missing, role] = [missingOf(event), actorOf(event)?.role];
      if (missing !== undefined) fail("OP-1", `${event.type} at ${event.position} lacks ${missing}`);
      if (role !== undefined && role !== "operator") fail("OP-6", `${event.type} at ${event.position} was done by a ${role}`);
      // A schedule that comes due and strikes nobody is written anew by the clock.
      const putOff = event.type === "schedule.set" && command?.from === "system";
      if (command !== undefined && command.from !== "operator" && !putOff)
        fail("OP-6", `${event.type} at ${event.position} came of a command by an ${command.from}`);
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

/** Types that are acts whatever else they say: those whose schema asks for an actor. */
const alwaysActs = new Set<EventType>();
/** Types that can say why somebody did it. */
const withReason = new Set<EventType>(["fault.began", "schedule.set"]);
/** Types that can say who did it. */
const withActor = new Set<EventType>();
for (const { shape } of eventSchema.options) {
  const type = shape.type.value;
  if ("actor" in shape) withActor.add(type);
  if ("actor" in shape && !shape.actor.safeParse(undefined).success) alwaysActs.add(type);
  if ("reason" in shape) withReason.add(type);
}
/** Ends that somebody has to have ordered. */
const orderedEnds: ReadonlySet<string> = new Set(["forced", "expelled", "stopped", "stoppedAll", "deposed", "blocked"]);

/** Is it somebody's act: decided by an operator's command itself, and not in consequence of it? */
function isAct(event: Event): boolean {
  if (alwaysActs.has(event.type) || event.cause?.sender.startsWith("operator:") === true) return true;
  return actorOf(event) !== undefined || (withActor.has(event.type) && "why" in event && orderedEnds.has(event.why));
}

function actorOf(event: Event): Actor | undefined {
  return "actor" in event ? event.actor : undefined;
}

function reasonOf(event: Event): string | undefined {
  if (event.type === "fault.began") return event.fault.reason;
  if (event.type === "schedule.set") return event.schedule.reason;
  return "reason" in event ? event.reason : undefined;
}

/** What its schema has room for and it does not say. */
function missingOf(event: Event): string | undefined {
  if (withActor.has(event.type) && actorOf(event) === undefined) return "its actor";
  return withReason.has(event.type) && (reasonOf(event) ?? "") === "" ? "its reason" : undefined;
}
