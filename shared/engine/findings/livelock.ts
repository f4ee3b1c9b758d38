import type { Actor, BackOff, Cause, CommandOf, EventBody, Finding, OperatorCommand } from "../../model/index.ts";
import { type State, settingsOf } from "../../state/index.ts";
import { chance, seedOf } from "../chance.ts";
import { type Decision, refuse } from "../decision.ts";
import { putFirst } from "./favour.ts";

/** The shortest stand-back of the first attempt; each further attempt doubles it. */
const baseMs = 1_000;
const longestMs = 30_000;
/** A livelock that comes back within this time is the same one: the next attempt is a longer one. */
const sameWithinMs = 600_000;
/** In canary one of so many is ended by itself. */
const canaryEvery = 4;

/** Does the engine end this livelock by itself? In shadow it only says what it would do. */
export function isResolvedByItself(state: State, found: Finding): boolean {
  const { automatic } = settingsOf(state, found.resources[0] ?? "");
  return automatic === "live" || (automatic === "canary" && chance(seedOf(found.finding), attemptOf(state, found, state.atMs)) * canaryEvery < 1);
}

/**
 * Ends a livelock by treating its members unlike: one goes first, each other one stands back for a time of its own, longer
 * than the one before it, with a jitter that its seed fixes. Never all alike: they would only meet again. By default the
 * lowest id is favoured; when that did not help, the next one is.
 */
export function livelockEvents(state: State, found: Finding, pick: string | undefined, nowMs: number, by: Partial<ByHand> = {}): EventBody[] {
  const { finding, resources } = found;
  const agents = found.agents.filter((agent) => state.agents.has(agent)).sort();
  const attempt = attemptOf(state, found, nowMs);
  const agent = pick ?? agents[(attempt - 1) % agents.length];
  if (agent === undefined) return [];
  const stepMs = Math.min(longestMs, baseMs * 2 ** (attempt - 1));
  const backOff: BackOff[] = agents
    .filter((other) => other !== agent)
    .map((other, place) => ({
      session: state.agents.get(other) ?? "",
      agent: other,
      ms: Math.round(stepMs * (place + 1 + chance(seedOf(`${finding} ${other}`), attempt))),
    }));
  const untilMs = nowMs + Math.max(stepMs * 2, ...backOff.map(({ ms }) => ms));
  const why = `${agent} goes first ${pick === undefined ? (attempt === 1 ? "because its id is the lowest" : `in attempt ${attempt}`) : "because an operator picked it"}; the others stand back, each for a time of its own.`;
  const events: EventBody[] = [{ type: "livelock.resolved", finding, agent, resources, untilMs, attempt, backOff, why, ...by }];
  for (const request of state.bySession.get(state.agents.get(agent) ?? "")?.waits ?? []) {
    const wait = state.waits.get(request);
    if (wait !== undefined) events.push(...putFirst(state, wait, finding));
  }
  return events;
}

interface ByHand {
  readonly actor: Actor;
  readonly reason: string;
  readonly cause: Cause;
  readonly agreed: boolean;
}

/** An operator picks who goes first. Whether the plan had named the same is counted. */
export function resolveLivelock(state: State, actor: Actor, command: CommandOf<OperatorCommand, "livelock.resolve">, nowMs: number, cause: Cause): Decision {
  const found = state.findings.get(command.finding);
  if (found?.kind !== "livelock") return refuse("notFound", "This livelock is over.", { field: "finding" });
  if (!found.agents.includes(command.favour)) {
    return refuse("invalid", `${command.favour} is not in this loop; those who are: ${found.agents.join(", ")}.`, { field: "favour" });
  }
  if (!state.agents.has(command.favour)) return refuse("notFound", `${command.favour} is not here any more.`, { field: "favour" });
  const agreed = found.plan?.agent === command.favour;
  return { events: livelockEvents(state, found, command.favour, nowMs, { actor, reason: command.reason, cause, agreed }) };
}

function attemptOf(state: State, { finding }: Finding, nowMs: number): number {
  const last = state.favours.get(finding);
  return last !== undefined && nowMs - last.untilMs < sameWithinMs ? last.attempt + 1 : 1;
}
