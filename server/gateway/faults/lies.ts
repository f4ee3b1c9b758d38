import type { AgentCommand, Ballot, GroupNode, NodeView } from "../../../shared/model/index.ts";
import type { State } from "../../../shared/state/index.ts";

/** A command that its agent never sent; whoever forges it gives it an id. */
export type Lie = AgentCommand extends infer C ? (C extends { id: string } ? Omit<C, "id"> : never) : never;

/** Groups that one lie is about at most. */
const groupsAtMost = 8;
/** By these words a false view is told from what a node shows of itself. */
const because = "It says that it leads: a fault makes it.";

/** Claims a lock that is another's, under its present fence and under an old one. */
export function claimsOfLock(state: State, session: string): Lie[] {
  const victim = [...state.locks.values()].find((lock) => lock.session !== session && lock.coolingUntilMs === undefined);
  if (victim === undefined) return [];
  const { resource, fence } = victim;
  return [
    { type: "lock.release", resource, fence, wrote: false },
    { type: "lock.transfer", resource, fence, to: state.sessions.get(session)?.agent ?? victim.agent },
    { type: "lock.release", resource, fence: before(fence), wrote: false },
  ];
}

/** Claims groups that others lead, under their present terms and under old ones. */
export function claimsOfLeadership(state: State, session: string): Lie[] {
  const lies: Lie[] = [];
  for (const { group, leader } of state.elections.values()) {
    if (leader === undefined || leader.session === session) continue;
    const { term } = leader;
    lies.push(
      { type: "election.assert", group, term },
      { type: "election.proclaim", group, term, value: "false" },
      { type: "election.assert", group, term: before(term) },
    );
    if (lies.length >= 3 * groupsAtMost) break;
  }
  return lies;
}

/** The nodes of a session that do not lead while another of their group says that it does, and what they would have to show to deny it. */
export function falseViews(state: State, session: string): { readonly node: GroupNode; readonly lie: Lie }[] {
  const own = [...(state.bySession.get(session)?.nodes ?? [])].slice(0, groupsAtMost);
  return own.flatMap((group) => {
    const nodes = [...state.nodes.values()].filter((node) => node.group === group);
    const node = nodes.find((one) => one.session === session);
    const leader = nodes.find((one) => one.session !== session && one.view.role === "leader");
    if (node === undefined || leader === undefined || isFalse(node.view)) return [];
    const view: NodeView = { ...node.view, role: "leader", leader: node.agent, term: leader.view.term, because };
    return [{ node, lie: { type: "node.tell", group, view } }];
  });
}

export function isFalse(view: NodeView): boolean {
  return view.because === because;
}

/** Its word in a ballot, both ways. */
export function votesBothWays({ ballot }: Ballot, group: string): Lie[] {
  return [true, false].map((yes) => ({ type: "election.vote", group, ballot, yes }));
}

function before(fence: string): string {
  return String(BigInt(fence) > 1n ? BigInt(fence) - 1n : 1n);
}
