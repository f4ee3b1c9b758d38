import { type AgentCommand, type Cause, type CommandOf, limits, type Session } from "../../model/index.ts";
import type { State } from "../../state/index.ts";
import { type Decision, refuse } from "../decision.ts";

/** An agent says for whom and what it waits where no lock shows it. */
export function declareWait(state: State, session: Session, command: CommandOf<AgentCommand, "wait.declare">, nowMs: number, cause: Cause): Decision {
  if ((state.bySession.get(session.session)?.declared.size ?? 0) >= limits.declaredWaitsPerSession) {
    return refuse("limit", `A session declares at most ${limits.declaredWaitsPerSession} waits at a time; end some.`);
  }
  const on = [...new Set(command.on)];
  if (on.includes(session.agent)) return refuse("invalid", "An agent cannot wait for itself.", { field: "on" });
  const need = command.need ?? on.length;
  if (need > on.length) return refuse("invalid", `It takes ${need} of ${on.length}.`, { field: "need" });
  const wait = {
    declared: `w${state.lastDeclared + 1}`,
    session: session.session,
    agent: session.agent,
    kind: command.kind,
    on,
    need,
    what: command.what,
    sinceMs: nowMs,
  };
  return { events: [{ type: "wait.declared", wait, cause }] };
}

export function endWait(state: State, session: Session, command: CommandOf<AgentCommand, "wait.end">, cause: Cause): Decision {
  const wait = state.declared.get(command.declared);
  if (wait?.session !== session.session) return refuse("notFound", `No declared wait ${command.declared} of yours.`, { field: "declared" });
  return { events: [{ type: "wait.ended", declared: wait.declared, session: session.session, agent: session.agent, cause }] };
}
