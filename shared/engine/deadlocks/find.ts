import { type Deadlock, deadlockAt } from "../../analysis/index.ts";
import type { Automatic, CycleStep, DeadlockRecord, Policy, Resolution } from "../../model/index.ts";
import { plants, type State, settingsOf } from "../../state/index.ts";
import { candidatesOf, chooseVictim } from "./candidates.ts";
import { type Reordering, reorderingOf } from "./reorder.ts";

/** Members that a record names; the count of waiters behind a cycle has no bound. */
const membersAtMost = 100;
/** In canary one of so many deadlocks is resolved by itself. */
const canaryEvery = 4;

/** A deadlock as it is written down, and the steps that would end it. */
export interface Found {
  readonly record: DeadlockRecord;
  readonly reordering: Reordering | undefined;
}

/** Looks whether an edge that appeared at a session closed a cycle that is not known yet. Plans what is done about it. */
export function findAt(state: State, session: string): Found | undefined {
  const deadlock = deadlockAt(state, session);
  if (deadlock === undefined) return undefined;
  const cycle = stepsOf(state, deadlock);
  return isKnown(state, cycle) ? undefined : plan(state, deadlock, cycle, session);
}

function plan(state: State, deadlock: Deadlock, cycle: CycleStep[], session: string): Found {
  const closing = cycle.find((step) => step.session === session && step.request !== undefined) ?? cycle.find((step) => step.request !== undefined);
  const resource = closing?.resource ?? "";
  const { policy, victim, automatic } = settingsOf(state, resource);
  const candidates = candidatesOf(state, cycle);
  const behind = new Map(
    deadlock.cycle.flatMap(({ need }) => (need.request !== undefined && need.behind !== undefined ? [[need.request, need.behind] as const] : [])),
  );
  const reordering = policy === "manual" || policy === "timeout" || plants.reorderNever ? undefined : reorderingOf(state, cycle, behind);
  const chosen = chooseVictim(state, candidates, victim);
  const record: DeadlockRecord = {
    deadlock: `d${state.lastDeadlock + 1}`,
    cycle,
    members: [...deadlock.members].slice(0, membersAtMost).map((member) => agentOf(state, member)),
    resource,
    sinceMs: state.atMs,
    policy,
    victim,
    automatic,
    candidates,
    plan: planOf(state, policy, reordering, chosen, victim),
  };
  return { record, reordering };
}

function planOf(state: State, policy: Policy, reordering: Reordering | undefined, chosen: ReturnType<typeof chooseVictim>, rule: string): Resolution {
  if (policy === "manual" && !plants.manualIgnored) return { act: "none", why: "The policy here is manual: an operator picks who gives way." };
  if (policy === "timeout") return { act: "none", why: "The policy here is timeout: it ends when a wait reaches its deadline." };
  if (reordering !== undefined) {
    const wait = state.waits.get(reordering.request);
    const ahead = state.waits.get(reordering.before);
    return {
      act: "reorder",
      session: wait?.session,
      agent: wait?.agent,
      request: reordering.request,
      before: reordering.before,
      why: `${wait?.agent ?? ""} goes before ${ahead?.agent ?? ""} in the queue: nobody loses anything.`,
    };
  }
  if (chosen === undefined) return { act: "none", why: "Nobody in the cycle waits for a lock; what they declared only they can end." };
  return {
    act: "abort",
    session: chosen.session,
    agent: chosen.agent,
    request: chosen.request,
    why: `Reordering the queues frees nobody. ${chosen.agent} gives way by the rule ${rule}.`,
  };
}

/** Does the engine act on this one by itself? */
export function isAutomatic(automatic: Automatic, deadlock: string): boolean {
  if (plants.shadowActs && automatic === "shadow") return true;
  return automatic === "live" || (automatic === "canary" && plants.canaryAlways) || (automatic === "canary" && Number(deadlock.slice(1)) % canaryEvery === 0);
}

function stepsOf(state: State, deadlock: Deadlock): CycleStep[] {
  return deadlock.cycle.map(({ session, need }, index) => {
    const on = (deadlock.cycle[(index + 1) % deadlock.cycle.length] ?? { session }).session;
    return {
      session,
      agent: agentOf(state, session),
      kind: need.kind,
      resource: need.resource,
      ...(need.request !== undefined && { request: need.request }),
      ...(need.declared !== undefined && { declared: need.declared }),
      on,
      onAgent: agentOf(state, on),
      sinceMs: need.sinceMs,
    };
  });
}

/** The same sessions in a ring are the same deadlock. */
function isKnown(state: State, cycle: readonly CycleStep[]): boolean {
  const sessions = new Set(cycle.map((step) => step.session));
  for (const known of state.deadlocks.values()) {
    const theirs = new Set(known.cycle.map((step) => step.session));
    if (theirs.size === sessions.size && [...sessions].every((session) => theirs.has(session))) return true;
  }
  return false;
}

function agentOf(state: State, session: string): string {
  return state.sessions.get(session)?.agent ?? session;
}
