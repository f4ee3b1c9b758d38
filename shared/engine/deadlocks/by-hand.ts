import type { Actor, Cause, CommandOf, EventBody, OperatorCommand } from "../../model/index.ts";
import type { State } from "../../state/index.ts";
import { type Decision, refuse } from "../decision.ts";

/** An operator picks who gives way. Whether the shadow would have picked the same is counted. */
export function resolveByHand(state: State, actor: Actor, command: CommandOf<OperatorCommand, "deadlock.resolve">, nowMs: number, cause: Cause): Decision {
  const found = state.deadlocks.get(command.deadlock);
  if (found === undefined) return refuse("notFound", "This deadlock is resolved already.", { field: "deadlock" });
  const steps = found.cycle.filter((step) => step.session === command.victim && step.request !== undefined);
  if (steps.length === 0) {
    const names = found.candidates.map((one) => one.agent).join(", ");
    return refuse("invalid", `This session waits for no lock in the cycle; those who do are ${names}.`, { field: "victim" });
  }
  const events: EventBody[] = steps.flatMap((step) => {
    const wait = state.waits.get(step.request ?? 0);
    if (wait === undefined) return [];
    const { session, agent, request, command: id } = wait;
    return [{ type: "lock.dequeued", session, agent, request, command: id, why: "victim", deadlock: found.deadlock, actor, reason: command.reason, cause }];
  });
  const agreed = found.plan.act === "abort" ? { agreed: found.plan.session === command.victim } : {};
  return { events: [...events, { type: "deadlock.resolved", deadlock: found.deadlock, how: "operator", lastedMs: nowMs - found.sinceMs, ...agreed, cause }] };
}
