import type { Candidate, Election, ElectionSettings, Event, GroupNode, Leader } from "../model/index.ts";
import { defaultElectionSettings } from "../model/index.ts";
import { maxFence } from "./fences.ts";
import { plants } from "./plants.ts";
import type { State } from "./state.ts";

type ElectionEvent = Extract<Event, { type: `${"election" | "candidate" | "leader" | "ballot" | "group" | "message" | "node"}.${string}` }>;

/** What groups, their candidates and leaders, observers and nodes become. */
export function evolveElections(state: State, event: ElectionEvent): void {
  switch (event.type) {
    case "election.configured": {
      const { settings, actor, reason, atMs } = event;
      const { configured: _, ...election } = electionOf(state, event.group, event.atMs);
      return putElection(state, {
        ...election,
        settings: settings ?? defaultElectionSettings,
        ...(settings !== null && { configured: { by: actor.principal, reason, atMs } }),
      });
    }
    case "election.frozen":
      return change(state, event, { frozen: { by: event.actor.principal, reason: event.reason, atMs: event.atMs } });
    case "election.thawed": {
      const { frozen: _, ...election } = electionOf(state, event.group, event.atMs);
      return putElection(state, election);
    }
    case "candidate.entered":
      return enter(state, event.group, event.candidate, event.settings, event.atMs);
    case "candidate.left": {
      state.bySession.get(event.session)?.campaigns.delete(event.group);
      const election = electionOf(state, event.group, event.atMs);
      return putElection(state, { ...election, candidates: election.candidates.filter(({ session }) => session !== event.session) });
    }
    case "candidate.blocked": {
      const election = electionOf(state, event.group, event.atMs);
      const block = { agent: event.agent, by: event.actor.principal, reason: event.reason, atMs: event.atMs };
      return putElection(state, { ...election, blocked: [...election.blocked.filter(({ agent }) => agent !== event.agent), block] });
    }
    case "candidate.unblocked": {
      const election = electionOf(state, event.group, event.atMs);
      return putElection(state, { ...election, blocked: election.blocked.filter(({ agent }) => agent !== event.agent) });
    }
    case "leader.elected": {
      state.lastFence = maxFence(state.lastFence, event.leader.term);
      const { vacantMs: _, coolingUntilMs: __, ballot: ___, ...election } = electionOf(state, event.group, event.atMs);
      const candidates = event.after === undefined ? election.candidates : passedOver(election, event.after.session, event.after.why, event.atMs);
      return putElection(state, {
        ...election,
        candidates: candidates.map((candidate) => (candidate.session === event.leader.session ? restored(candidate) : candidate)),
        leader: event.leader,
        lastTerm: maxFence(election.lastTerm, event.leader.term),
        terms: election.terms + 1,
      });
    }
    case "leader.ended": {
      const { leader, ...election } = electionOf(state, event.group, event.atMs);
      // Of a leadership that another one has followed on already, as only another system's trace tells, nothing is left to end.
      if (leader !== undefined && leader.term !== event.term) return;
      return putElection(state, {
        ...election,
        candidates: passedOver(election, event.session, event.why, event.atMs),
        vacantMs: event.atMs,
        ...(event.coolingUntilMs !== undefined && { coolingUntilMs: event.coolingUntilMs }),
      });
    }
    case "leader.proclaimed":
      return changeLeader(state, event, { value: event.value });
    case "leader.kept":
      return changeLeader(state, event, { turnMs: event.turnMs });
    case "leader.delayEnded": {
      const { coolingUntilMs: _, ...election } = electionOf(state, event.group, event.atMs);
      return putElection(state, election);
    }
    case "ballot.opened":
      state.lastFence = maxFence(state.lastFence, event.ballot.ballot);
      return change(state, event, { ballot: event.ballot, lastTerm: event.ballot.ballot });
    case "ballot.voted": {
      const { ballot } = electionOf(state, event.group, event.atMs);
      if (ballot === undefined) return;
      const side = event.yes ? "yes" : "no";
      return change(state, event, { ballot: { ...ballot, [side]: [...ballot[side], event.agent] } });
    }
    case "ballot.closed": {
      const { ballot: _, ...election } = electionOf(state, event.group, event.atMs);
      const unconfirmed = (candidate: Candidate) => (candidate.session === event.session ? { ...candidate, unconfirmedMs: event.atMs } : candidate);
      return putElection(state, {
        ...election,
        candidates: election.candidates.map(unconfirmed),
        ...(event.coolingUntilMs !== undefined && { coolingUntilMs: event.coolingUntilMs }),
      });
    }
    case "group.observed":
      return observe(state, event.group, event.session);
    case "group.unobserved":
      return unobserve(state, event.group, event.session);
    case "node.told": {
      const { group, session, agent, view, atMs } = event;
      const before = state.nodes.get(nodeKey(group, session));
      const same = before !== undefined && before.view.role === view.role && before.view.term === view.term;
      return putNode(state, { group, session, agent, view, toldMs: atMs, sinceMs: same ? before.sinceMs : atMs });
    }
    case "node.gone":
      state.nodes.delete(nodeKey(event.group, event.session));
      state.bySession.get(event.session)?.nodes.delete(event.group);
      return;
    case "leader.refused":
    case "message.sent":
      return;
  }
}

/** A group as it is; one that nobody knows yet has nothing but defaults. */
export function electionOf(state: State, group: string, atMs: number): Election {
  return state.elections.get(group) ?? { group, settings: defaultElectionSettings, candidates: [], lastTerm: "0", terms: 0, vacantMs: atMs, blocked: [] };
}

/** Keeps a group as long as there is anything to know of it. Terms rise all the same: they are fences of the space. */
export function putElection(state: State, election: Election): void {
  const { group, settings, candidates, leader, configured, frozen, blocked, coolingUntilMs, ballot } = election;
  const timer = `election:${group}`;
  const isEmpty = candidates.length + blocked.length === 0 && leader === undefined && configured === undefined;
  if (isEmpty && frozen === undefined && coolingUntilMs === undefined && !plants.groupsPiledUp) {
    state.elections.delete(group);
    return state.timers.delete(timer);
  }
  state.elections.set(group, election);
  for (const { session } of candidates) state.bySession.get(session)?.campaigns.add(group);
  const turns = settings.policy === "rendezvous" && !plants.windowSlept;
  const untilMs = frozen === undefined ? (coolingUntilMs ?? ballot?.untilMs ?? (turns ? leader?.turnMs : undefined)) : undefined;
  if (untilMs === undefined) state.timers.delete(timer);
  else state.timers.set(timer, untilMs);
}

export function putNode(state: State, node: GroupNode): void {
  state.nodes.set(nodeKey(node.group, node.session), node);
  state.bySession.get(node.session)?.nodes.add(node.group);
}

export function observe(state: State, group: string, session: string): void {
  const observers = state.observers.get(group);
  if (observers === undefined) state.observers.set(group, new Set([session]));
  else observers.add(session);
  state.bySession.get(session)?.observes.add(group);
}

/** Whoever is gone observes nothing and runs no node; its candidacies have ended by events of their own. */
export function forgetGroups(state: State, session: string): void {
  const own = state.bySession.get(session);
  for (const group of plants.observerOutlives ? [] : (own?.observes ?? [])) unobserve(state, group, session);
  for (const group of own?.nodes ?? []) state.nodes.delete(nodeKey(group, session));
}

/** Sessions have no blanks in their names, groups may. */
export function nodeKey(group: string, session: string): string {
  return `${session} ${group}`;
}

function unobserve(state: State, group: string, session: string): void {
  const observers = state.observers.get(group);
  observers?.delete(session);
  if (observers?.size === 0) state.observers.delete(group);
  state.bySession.get(session)?.observes.delete(group);
}

function change(state: State, { group, atMs }: { readonly group: string; readonly atMs: number }, changed: Partial<Election>): void {
  putElection(state, { ...electionOf(state, group, atMs), ...changed });
}

function changeLeader(state: State, { group, atMs }: { readonly group: string; readonly atMs: number }, changed: Partial<Leader>): void {
  const { leader } = electionOf(state, group, atMs);
  if (leader !== undefined) change(state, { group, atMs }, { leader: { ...leader, ...changed } });
}

/** Whoever was elected stands as if it had just come: neither deposed nor refused. */
function restored({ deposedMs: _, unconfirmedMs: __, ...candidate }: Candidate): Candidate {
  return candidate;
}

function enter(state: State, group: string, candidate: Candidate, settings: ElectionSettings | undefined, atMs: number): void {
  const election = electionOf(state, group, atMs);
  const known = election.candidates.findIndex(({ session }) => session === candidate.session);
  const candidates = known === -1 ? [...election.candidates, candidate] : election.candidates.with(known, candidate);
  putElection(state, { ...election, ...(settings && { settings }), candidates });
}

/** Who was taken down by an operator comes after all others. */
function passedOver({ candidates }: Election, session: string, why: string, atMs: number): Candidate[] {
  if (why !== "deposed") return candidates;
  return candidates.map((candidate) => (candidate.session === session ? { ...candidate, deposedMs: atMs } : candidate));
}
