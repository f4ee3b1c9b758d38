import { conflictingIntents, conflictsOf, intentConflict, type Plan } from "../analysis/index.ts";
import { type AgentCommand, type Cause, type CommandOf, type Intent, limits, type Session } from "../model/index.ts";
import { plants, type State } from "../state/index.ts";
import { type Decision, refuse } from "./decision.ts";

type Command<T extends AgentCommand["type"]> = CommandOf<AgentCommand, T>;

/** Announces a plan. It is never refused for a conflict: both sides are told and may settle it. */
export function announce(state: State, session: Session, command: Command<"intent.announce">, nowMs: number, cause: Cause): Decision {
  if ((state.bySession.get(session.session)?.intents.size ?? 0) >= limits.intentsPerSession) {
    return refuse("limit", `A session has at most ${limits.intentsPerSession} intents at a time; fulfil or withdraw some.`);
  }
  const plan = planOf(session, command, nowMs);
  const intent: Intent = {
    intent: `i${state.lastIntent + 1}`,
    agent: session.agent,
    ...plan,
    uses: command.uses,
    reason: command.reason,
    announcedMs: nowMs,
    committed: false,
  };
  return { events: [{ type: "intent.announced", intent, conflicts: conflictsOf(state, plan), cause }] };
}

/** Would this plan conflict? Changes nothing. */
export function check(state: State, session: Session, command: Command<"intent.check">, nowMs: number): Decision {
  return { result: { status: "checked", conflicts: conflictsOf(state, planOf(session, command, nowMs)) } };
}

/** Makes an intent binding. Of two that do not go together only the first can be. */
export function commit(state: State, session: Session, command: Command<"intent.commit">, cause: Cause): Decision {
  const intent = ownIntent(state, session, command.intent);
  if ("error" in intent) return intent;
  if (intent.committed) return { result: { status: "done" } };
  const committed = conflictingIntents(state, intent, Number.POSITIVE_INFINITY).filter((other) => other.committed && !plants.intentsBoth);
  if (committed.length > 0) {
    return refuse("conflict", `${committed.map((other) => other.agent).join(", ")} committed to an intent that does not go together with it.`, {
      conflicts: committed.slice(0, 20).map((other) => intentConflict(other, intent)),
    });
  }
  return { events: [{ type: "intent.committed", intent: intent.intent, session: session.session, agent: session.agent, cause }] };
}

export function end(state: State, session: Session, command: Command<"intent.fulfil" | "intent.withdraw">, cause: Cause): Decision {
  const intent = ownIntent(state, session, command.intent);
  if ("error" in intent) return intent;
  const why = command.type === "intent.fulfil" ? "fulfilled" : "withdrawn";
  return { events: [{ type: "intent.ended", intent: intent.intent, session: session.session, agent: session.agent, why, cause }] };
}

function planOf(session: Session, command: { uses: Intent["uses"]; startsInMs: number; lastsMs: number }, nowMs: number): Plan {
  const startMs = nowMs + command.startsInMs;
  return { session: session.session, uses: command.uses, startMs, endMs: startMs + command.lastsMs };
}

function ownIntent(state: State, session: Session, id: string): Intent | ReturnType<typeof refuse> {
  const intent = state.intents.get(id);
  if (intent?.session === session.session) return intent;
  return refuse("notFound", `No intent ${id} of yours; it ended or never was.`, { field: "intent" });
}
