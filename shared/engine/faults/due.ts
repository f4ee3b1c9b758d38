import { type EventBody, type Fault, limits, type Schedule } from "../../model/index.ts";
import { plants, type State } from "../../state/index.ts";
import { chance } from "../chance.ts";
import { strikesServer, targetsOf } from "./targets.ts";

/** A fault whose time is over heals by itself. */
export function heal(state: State, id: string): EventBody[] {
  const fault = state.faults.get(id);
  return fault === undefined ? [] : [{ type: "fault.ended", fault: fault.fault, kind: fault.kind, target: fault.target, why: "healed" }];
}

/** The next run of a schedule: one agent of those it names, chosen by its seed, or the server; or its end, when the fleet is not well. */
export function runSchedule(state: State, id: string, nowMs: number, begun: number, ended: ReadonlySet<string>): EventBody[] {
  const schedule = state.schedules.get(id);
  if (schedule === undefined) return [];
  const because = plants.scheduleUnhealthy ? undefined : unwell(state, schedule);
  if (because !== undefined) return [{ type: "schedule.ended", schedule: id, why: "halted", because }];
  // Whose session ends in this very tick is not here any more.
  const targets = targetsOf(state, schedule.target).filter((agent) => !ended.has(state.agents.get(agent) ?? ""));
  const struck = targets[plants.scheduleUnseeded ? 0 : Math.floor(chance(schedule.seed, schedule.runs) * targets.length)];
  const target = strikesServer(schedule) ? schedule.target : struck;
  if (target === undefined || state.faults.size + begun >= limits.faults) {
    const actor = { principal: schedule.by, role: "operator" as const };
    return [{ type: "schedule.set", schedule: { ...schedule, nextMs: nowMs + schedule.everyMs }, actor }];
  }
  const { kind, strength, delayMs, peer, point, seed, by, reason } = schedule;
  const fault: Fault = {
    fault: `f${state.lastFault + 1 + begun}`,
    kind,
    target,
    strength,
    delayMs,
    ...(peer !== undefined && !plants.aimForgotten && { peer }),
    ...(point !== undefined && !plants.aimForgotten && { point }),
    sinceMs: nowMs,
    untilMs: nowMs + schedule.durationMs,
    seed: (seed + schedule.runs) % 0x1_0000_0000,
    by,
    reason,
    schedule: id,
  };
  return [{ type: "fault.began", fault }];
}

/** Why a schedule must not go on, or undefined: a fleet in trouble is not troubled further. */
function unwell(state: State, { halt }: Schedule): string | undefined {
  const waiting = new Set([...state.waits.values()].map((wait) => wait.session)).size;
  if (halt.waiting !== undefined && waiting > halt.waiting) return `${waiting} waiting, more than ${halt.waiting}`;
  if (halt.deadlocks !== undefined && state.deadlocks.size > halt.deadlocks) return `${state.deadlocks.size} deadlocks stand, more than ${halt.deadlocks}`;
  if (halt.agents !== undefined && state.sessions.size < halt.agents) return `${state.sessions.size} agents are here, fewer than ${halt.agents}`;
  return undefined;
}
