import { type Actor, type Cause, type CommandOf, type EventBody, type Fault, limits, type OperatorCommand, type Schedule } from "../../model/index.ts";
import { plants, type State } from "../../state/index.ts";
import { type Decision, refuse } from "../decision.ts";
import { strikesServer, targetsOf } from "./targets.ts";

type Command<T extends OperatorCommand["type"]> = CommandOf<OperatorCommand, T>;

/** Begins a failure. What it does to messages and processes is done at the edges, by those who see `fault.began`. */
export function inject(state: State, actor: Actor, command: Command<"fault.inject">, nowMs: number, cause: Cause): Decision {
  if (state.faults.size >= limits.faults) return refuse("limit", `At most ${limits.faults} faults at a time; stop some.`);
  const wrong = misaimed(command);
  if (wrong !== undefined) return wrong;
  if (!strikesServer(command) && targetsOf(state, command.target).length === 0) {
    return refuse("notFound", `No agent here is called ${command.target}.`, { field: "target" });
  }
  if (command.peer !== undefined && targetsOf(state, command.peer).length === 0 && !plants.peerUnchecked) {
    return refuse("notFound", `No agent here is called ${command.peer}.`, { field: "peer" });
  }
  const fault: Fault = {
    fault: `f${state.lastFault + 1}`,
    kind: command.kind,
    target: command.target,
    strength: command.strength,
    delayMs: command.delayMs,
    ...aim(command),
    sinceMs: nowMs,
    untilMs: nowMs + command.durationMs,
    seed: command.seed,
    by: actor.principal,
    reason: command.reason,
  };
  return { events: [{ type: "fault.began", fault, actor, cause }] };
}

/** A second party and a point belong to one kind each, and a cut between two needs to know both. */
function misaimed({ kind, peer, point }: Aimed): Decision | undefined {
  if (kind === "cutPair" && peer === undefined) return refuse("invalid", "A cut between two needs the other one, too: name it as peer.", { field: "peer" });
  if (kind !== "cutPair" && peer !== undefined) return refuse("invalid", `Only cutPair has a peer; ${kind} strikes its target alone.`, { field: "peer" });
  if (kind !== "killServer" && point !== undefined) return refuse("invalid", `Only killServer strikes at a point; ${kind} has none.`, { field: "point" });
  return undefined;
}

type Aimed = Pick<Fault, "kind" | "peer" | "point">;

/** Where no point is named, the server dies at the worst one: all is durable, and nobody was told. */
function aim({ kind, peer, point }: Aimed): Partial<Fault> {
  return { ...(peer !== undefined && { peer }), ...(kind === "killServer" && { point: point ?? "afterFlush" }) };
}

export function stop(state: State, actor: Actor, command: Command<"fault.stop">, cause: Cause): Decision {
  const fault = state.faults.get(command.fault);
  if (fault === undefined) return refuse("notFound", "This fault is over already.", { field: "fault" });
  return {
    events: [{ type: "fault.ended", fault: fault.fault, kind: fault.kind, target: fault.target, why: "stopped", actor, reason: command.reason, cause }],
  };
}

/** Ends all faults and all schedules at once: the one button that must always work. */
export function stopAll(state: State, actor: Actor, command: Command<"fault.stopAll">, cause: Cause): Decision {
  const by = { why: "stoppedAll" as const, actor, reason: command.reason, cause };
  const events: EventBody[] = [
    ...(plants.stopAllButSchedules ? [] : [...state.schedules.keys()]).map((schedule) => ({
      type: "schedule.ended" as const,
      schedule,
      because: "all faults were stopped",
      ...by,
    })),
    ...[...state.faults.values()].map(({ fault, kind, target }) => ({ type: "fault.ended" as const, fault, kind, target, ...by })),
  ];
  return events.length === 0 ? { result: { status: "done" } } : { events };
}

export function setSchedule(state: State, actor: Actor, command: Command<"schedule.set">, nowMs: number, cause: Cause): Decision {
  if (state.schedules.size >= limits.schedules) return refuse("limit", `At most ${limits.schedules} schedules; remove some.`);
  const wrong = misaimed(command);
  if (wrong !== undefined) return wrong;
  const { kind, target, strength, delayMs, durationMs, everyMs, halt, seed, reason } = command;
  const schedule: Schedule = {
    schedule: `c${state.lastFault + 1}`,
    kind,
    target,
    strength,
    delayMs,
    ...aim(command),
    durationMs,
    everyMs,
    halt,
    seed,
    runs: 0,
    nextMs: nowMs + everyMs,
    by: actor.principal,
    reason,
  };
  return { events: [{ type: "schedule.set", schedule, actor, cause }] };
}

export function removeSchedule(state: State, actor: Actor, command: Command<"schedule.remove">, cause: Cause): Decision {
  if (!state.schedules.has(command.schedule)) return refuse("notFound", "There is no such schedule.", { field: "schedule" });
  return {
    events: [{ type: "schedule.ended", schedule: command.schedule, why: "stopped", because: "an operator removed it", actor, reason: command.reason, cause }],
  };
}
