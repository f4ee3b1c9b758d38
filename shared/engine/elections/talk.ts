import { type AgentCommand, type Cause, type CommandOf, limits, type Session } from "../../model/index.ts";
import { nodeKey, type State } from "../../state/index.ts";
import { type Decision, done, refuse } from "../decision.ts";

type Command<T extends AgentCommand["type"]> = CommandOf<AgentCommand, T>;

/** Is told who leads from now on. */
export function observe(state: State, session: Session, { group }: Command<"election.observe">, cause: Cause): Decision {
  const observes = state.bySession.get(session.session)?.observes;
  if (observes?.has(group)) return { result: { status: "leads", leader: state.elections.get(group)?.leader ?? null } };
  if ((observes?.size ?? 0) >= limits.groupsPerSession) return refuse("limit", `At most ${limits.groupsPerSession} groups are observed by one session.`);
  return { events: [{ type: "group.observed", group, session: session.session, agent: session.agent, cause }] };
}

export function unobserve(state: State, session: Session, { group }: Command<"election.unobserve">, cause: Cause): Decision {
  if (state.bySession.get(session.session)?.observes.has(group) !== true) return done;
  return { events: [{ type: "group.unobserved", group, session: session.session, agent: session.agent, cause }] };
}

/**
 * Passes on what one agent says to another. Whoever is not here gets nothing, and the sender knows. A protocol that agents run
 * among themselves trusts whoever speaks in its group, so where an operator named the members, nobody else does.
 */
export function sendMessage(state: State, session: Session, command: Command<"message.send">, cause: Cause): Decision {
  const { group, to, kind, body } = command;
  const members = state.elections.get(group)?.settings.members ?? [];
  if (members.length > 0 && !members.includes(session.agent)) return refuse("conflict", `${session.agent} is no member of ${group}.`, { field: "group" });
  if (!state.agents.has(to)) return refuse("notFound", `${to} is not here.`, { field: "to" });
  return { events: [{ type: "message.sent", group, to, kind, body, session: session.session, agent: session.agent, cause }] };
}

/** Shows what a node of a protocol is at, for people to see; the engine itself takes no notice of it. */
export function tellNode(state: State, session: Session, { group, view }: Command<"node.tell">, cause: Cause): Decision {
  const who = { group, session: session.session, agent: session.agent };
  const known = state.nodes.has(nodeKey(group, session.session));
  if (view === null) return known ? { events: [{ type: "node.gone", ...who, cause }] } : done;
  if (!known && (state.bySession.get(session.session)?.nodes.size ?? 0) >= limits.nodesPerSession)
    return refuse("limit", `At most ${limits.nodesPerSession} nodes a session.`);
  return { events: [{ type: "node.told", ...who, view, cause }] };
}
