import type { Cause, CommandError, EngineCommand, Event, EventBody, Result } from "../model/index.ts";
import { answerBefore, evolve, plants, type State } from "../state/index.ts";
import { watchDeadlocks } from "./deadlocks/index.ts";
import { decide } from "./decide.ts";
import { groupOpenedBy, settleElection } from "./elections/index.ts";
import { dequeueImpossible, type Openings, openedBy, settle } from "./settle.ts";

/** What a command came to, with everything that followed from it. */
export interface Outcome {
  /** In order; already applied to the state. One command's events are durable together or not at all. */
  readonly events: readonly Event[];
  readonly result?: Result;
  readonly error?: CommandError;
}

const nothing: readonly Event[] = [];

/**
 * Runs one command to its end: decides, applies, grants what became possible, resolves what became stuck. The only place where a state moves
 * forward by a decision; restart, replay and viewers move it by `evolve` alone. A command id that its sender used before
 * gets its first result again and changes nothing.
 */
export function execute(state: State, command: EngineCommand): Outcome {
  const nowMs = plants.timeGoesBack ? command.nowMs : Math.max(command.nowMs, state.atMs);
  const cause = causeOf(command);
  if (cause !== undefined) {
    const before = answerBefore(state, cause.sender, cause.id);
    if (before !== undefined) return { events: nothing, result: before };
  }
  const decision = decide(state, command, nowMs, cause);
  if ("result" in decision) return { events: nothing, result: decision.result };
  if ("error" in decision && decision.noted === undefined) return { events: nothing, error: decision.error };
  const events: Event[] = [];
  const groups: string[] = [];
  const openings: Openings = { resources: [], sessions: [] };
  const put = (body: EventBody): void => {
    openedBy(state, body, openings);
    const group = groupOpenedBy(body);
    if (group !== undefined && groups.at(-1) !== group) groups.push(group);
    const event = { position: state.position + 1, atMs: nowMs, ...body } as Event;
    evolve(state, event);
    events.push(event);
  };
  const grantAll = (): void => {
    for (let group = groups.pop(); group !== undefined; group = groups.pop()) {
      for (let body = settleElection(state, group, nowMs); body !== undefined; body = settleElection(state, group, nowMs)) put(body);
    }
    for (let body = settle(state, openings, nowMs); body !== undefined; body = settle(state, openings, nowMs)) put(body);
  };
  if ("error" in decision) {
    for (const body of decision.noted ?? []) put(body);
    return { events, error: decision.error };
  }
  for (const body of decision.events) put(body);
  groups.push(...(decision.groups ?? []));
  if (command.from === "operator" && command.command.type === "resource.configure") {
    for (const body of dequeueImpossible(state, command.command.pattern)) put(body);
  }
  grantAll();
  watchDeadlocks(state, events, put, grantAll);
  const result = cause === undefined ? undefined : answerBefore(state, cause.sender, cause.id);
  return { events, result: result ?? { status: "done" } };
}

/** Under which name a sender's answers are kept. */
function causeOf(command: EngineCommand): Cause | undefined {
  if (command.from === "agent") return { sender: command.session, id: command.command.id };
  if (command.from === "operator") return { sender: `operator:${command.actor.principal}`, id: command.command.id };
  return undefined;
}
