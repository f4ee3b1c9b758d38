import { TestSpace } from "../../shared/engine/testing/space.ts";

const agents = ["w1", "w2", "w3", "w4"];
const groups = ["roles/a", "roles/b", "roles/c"];

/** One thing that somebody does, by any numbers; not all of it is allowed. */
export type ElectionStep = readonly [what: number, agent: number, group: number, ms: number];
/** Groups under several policies whose leaders come and go; `told` is called after each step. */
export function electionHistory(done: readonly ElectionStep[], told: (space: TestSpace) => void = () => undefined): TestSpace {
  const space = new TestSpace();
  space.operator({ type: "election.configure", group: "roles/b", settings: { policy: "operator" } as never, reason: "a test" });
  const quorum = { policy: "quorum", members: ["w1", "w2", "w3"], confirmMs: 1_000 };
  space.operator({ type: "election.configure", group: "roles/c", settings: quorum as never, reason: "a test" });
  for (const agent of agents) space.join(agent);
  for (const [what, who, where, ms] of done) {
    const agent = agents[who % agents.length] as string;
    const group = groups[where % groups.length] as string;
    const election = space.state.elections.get(group);
    const reason = "a test";
    if (ms % 3 === 0) space.pass(ms);
    if (what < 3) space.agent(agent, { type: "election.campaign", group, priority: who });
    else if (what < 5) space.agent(agent, { type: "election.resign", group });
    else if (what === 5) space.operator({ type: "election.appoint", group, agent, reason });
    else if (what === 6 && election?.leader !== undefined) space.operator({ type: "election.depose", group, term: election.leader.term, reason });
    else if (what === 7) space.operator({ type: election?.frozen === undefined ? "election.freeze" : "election.thaw", group, reason });
    else if (what === 8 && election?.ballot !== undefined)
      space.agent(agent, { type: "election.vote", group, ballot: election.ballot.ballot, yes: ms % 2 === 0 });
    else if (what === 9) {
      const role = ms % 2 === 0 ? "leader" : "follower";
      const view = {
        protocol: "raft",
        role,
        term: ms % 4 === 0 ? space.state.position : 1,
        leader: agent,
        votedFor: null,
        votes: [],
        members: agents,
        because: "a test",
      };
      space.agent(agent, { type: "node.tell", group: "roles/log", view: ms % 7 === 0 ? null : view });
    } else if (what === 10) {
      space.agent(agent, { type: "session.leave" });
      space.join(agent, { session: `${agent}-${space.state.position}` });
    }
    told(space);
  }
  return space;
}
