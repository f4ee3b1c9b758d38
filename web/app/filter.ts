import type { Session } from "../../shared/model/index.ts";
import type { State } from "../../shared/state/state.ts";

/** What a filter looks at in an agent. */
export interface AgentFacts {
  readonly agent: string;
  readonly states: readonly string[];
  /** Its name, what it says of itself, its labels; in small letters. */
  words(): string;
  /** Paths that it holds or waits for. */
  paths(): Iterable<string>;
}

/** What a filter looks at in a resource. */
export interface ResourceFacts {
  readonly resource: string;
  readonly holders: readonly string[];
  readonly waiters: readonly string[];
  readonly frozen?: boolean;
  readonly cooling?: boolean;
  /** Agents that announced to use it. */
  readonly intending?: readonly string[];
  /** Of what is no resource: how it stands. */
  readonly states?: readonly string[];
}

export interface Filter {
  readonly query: string;
  /** False lets everything through. */
  readonly active: boolean;
  agent(facts: AgentFacts): boolean;
  resource(facts: ResourceFacts): boolean;
}

interface Terms {
  readonly text: readonly string[];
  readonly state: readonly string[];
  readonly path: readonly string[];
  readonly agent: readonly string[];
}

function parseTerms(query: string): Terms {
  const terms = { text: [] as string[], state: [] as string[], path: [] as string[], agent: [] as string[] };
  for (const word of query.toLowerCase().split(/\s+/)) {
    if (word === "") continue;
    const [, key, value] = /^(state|path|agent):(.*)$/.exec(word) ?? [];
    if (value === "") continue;
    if (key === "state" || key === "path" || key === "agent") terms[key].push(value ?? "");
    else terms.text.push(word);
  }
  return terms;
}

function under(path: string, prefix: string): boolean {
  const lower = path.toLowerCase();
  return lower === prefix || lower.startsWith(prefix.endsWith("/") ? prefix : `${prefix}/`) || lower.startsWith(prefix);
}

/** Words of one kind are alternatives, kinds must all hold, every free word must occur: `state:waiting path:repo/src w3`. */
export function parseFilter(query: string): Filter {
  const terms = parseTerms(query);
  const any = (wanted: readonly string[], test: (value: string) => boolean) => wanted.length === 0 || wanted.some(test);
  return {
    query,
    active: terms.text.length + terms.state.length + terms.path.length + terms.agent.length > 0,
    agent: (facts) =>
      any(terms.agent, (value) => facts.agent.toLowerCase().startsWith(value)) &&
      any(terms.state, (value) => facts.states.includes(value)) &&
      any(terms.path, (value) => {
        for (const path of facts.paths()) if (under(path, value)) return true;
        return false;
      }) &&
      terms.text.every((word) => {
        if (facts.words().includes(word)) return true;
        for (const path of facts.paths()) if (path.toLowerCase().includes(word)) return true;
        return false;
      }),
    resource: (facts) => {
      const people = [...facts.holders, ...facts.waiters, ...(facts.intending ?? [])].map((agent) => agent.toLowerCase());
      const states = facts.states ?? resourceStates(facts);
      const path = facts.resource.toLowerCase();
      return (
        any(terms.agent, (value) => people.some((agent) => agent.startsWith(value))) &&
        any(terms.state, (value) => states.includes(value)) &&
        any(terms.path, (value) => under(path, value)) &&
        terms.text.every((word) => path.includes(word) || people.some((agent) => agent.includes(word)))
      );
    },
  };
}

function resourceStates(facts: ResourceFacts): readonly string[] {
  const states: string[] = [];
  if (facts.holders.length > 0) states.push("held", "holding");
  if (facts.waiters.length > 0) states.push("waiting", "contended");
  if (facts.holders.length === 0 && facts.cooling !== true) states.push("free");
  if (facts.frozen === true) states.push("frozen");
  if (facts.cooling === true) states.push("cooling");
  if ((facts.intending?.length ?? 0) > 0) states.push("intended");
  return states;
}

/** The facts of a session. What it says of itself is a state too, so `state:blocked` finds those that declared it. */
export function agentFacts(state: State, session: Session): AgentFacts {
  const has = state.bySession.get(session.session);
  const states: string[] = [session.state];
  if ((has?.locks.size ?? 0) > 0) states.push("holding", "held");
  if ((has?.waits.size ?? 0) > 0) states.push("waiting");
  if ((has?.intents.size ?? 0) > 0) states.push("intending");
  states.push(session.connected ? "connected" : "disconnected");
  return {
    agent: session.agent,
    states,
    words: () => [session.agent, session.principal, session.doing, ...session.roles, ...Object.values(session.labels)].join(" ").toLowerCase(),
    *paths() {
      for (const fence of has?.locks ?? []) {
        const lock = state.locks.get(fence);
        if (lock !== undefined) yield lock.resource;
      }
      for (const request of has?.waits ?? []) for (const want of state.waits.get(request)?.wants ?? []) yield want.resource;
    },
  };
}
