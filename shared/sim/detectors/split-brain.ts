import type { AgentCommand, NodeView } from "../../model/index.ts";
import { compareFences } from "../../state/index.ts";
import { crew, type Script, type Truth, World } from "./world.ts";

const group = "repo/main";
const runMs = 60_000;

/** One world in which somebody goes on as the leader that it is no more, or one in which leaders change as they should. */
export function splitBrainWorld(seed: number): Truth {
  const party = new Party(seed);
  const plants = [deafWriter, deafSpeaker, usurper, asleepAtTheWheel, twoOfOneTerm, staleNode];
  const lookAlikes = [handsOver, deposed, expired, cutOff, preempted, windows, refusedByALock, blocked, nodesChange, asleep];
  return party.world.random.chance(0.5) ? party.world.random.pick(plants)(party) : party.world.random.pick(lookAlikes)(party);
}

/**
 * Agents that campaign in one group. Each hears of an election a little later, and writes and proclaims as long as it
 * believes that it leads; what it sends is under way for a while, or until its connection is back. Before the resource
 * stands a guard.
 */
class Party {
  readonly world: World;
  readonly agents: readonly string[];
  /** By agent: the term that it believes to lead in. */
  readonly #believes = new Map<string, string>();
  /** Terms whose end was heard of, perhaps before their begin. */
  readonly #over = new Set<string>();
  /** Who hears nothing of the ends of its terms. */
  readonly #deaf = new Set<string>();
  readonly #asleep = new Set<string>();
  /** By agent that is cut off: what it has to send. */
  readonly #unsent = new Map<string, (() => void)[]>();
  #highest = "0";

  constructor(seed: number) {
    this.world = new World(seed);
    this.agents = crew(this.world.random.between(3, 6));
    this.world.join(...this.agents);
    this.world.hear((event) => {
      if (event.type !== "leader.elected" && event.type !== "leader.ended") return;
      const [began, over] = event.type === "leader.elected" ? [event.leader, event.after] : [undefined, event];
      if (over !== undefined) this.#later(over.agent, () => this.#learns(over.agent, over.term, undefined));
      if (began !== undefined) this.#later(began.agent, () => this.#learns(began.agent, undefined, began.term));
    });
  }

  /** Everybody campaigns, and whoever leads works. */
  begin(settings: Record<string, unknown> = {}): string {
    this.world.operate({ type: "election.configure", group, settings, reason: "world" });
    for (const [at, agent] of this.agents.entries()) {
      this.world.command(agent, { type: "election.campaign", group, priority: at });
      this.world.play(this.#works(agent));
    }
    return this.leader;
  }

  get leader(): string {
    return this.world.state.elections.get(group)?.leader?.agent ?? "";
  }

  get term(): string {
    return this.world.state.elections.get(group)?.leader?.term ?? "0";
  }

  get anotherThanTheLeader(): string {
    return this.world.random.pick(this.agents.filter((agent) => agent !== this.leader));
  }

  /** Does not hear that its term ends. */
  deafen(agent: string): void {
    this.#deaf.add(agent);
  }

  sleep(agent: string): void {
    this.#asleep.add(agent);
    this.world.silence(agent);
  }

  /** One with a client of ours looks at its lease first and knows; one without goes on where it was. */
  wake(agent: string, knows: boolean): void {
    this.#asleep.delete(agent);
    this.world.wake(agent);
    if (knows) this.#believes.delete(agent);
  }

  cut(agent: string): void {
    this.world.loseConnection(agent);
    this.#unsent.set(agent, []);
  }

  /** It is told what it has at the moment at which what it had ready to send goes out. */
  reconnect(agent: string): void {
    this.world.findConnection(agent);
    for (const arrives of this.#unsent.get(agent) ?? []) this.world.after(this.#latencyMs(), arrives);
    this.#unsent.delete(agent);
    if (this.leader !== agent) this.#later(agent, () => this.#learns(agent, this.#believes.get(agent), undefined));
  }

  depose(): void {
    this.world.operate({ type: "election.depose", group, term: this.term, reason: "world" });
  }

  send(agent: string, command: Record<string, unknown> & { type: AgentCommand["type"] }): void {
    const { world } = this;
    const arrives = () => void world.command(agent, command);
    const unsent = this.#unsent.get(agent);
    if (unsent === undefined) world.after(this.#latencyMs(), arrives);
    else unsent.push(arrives);
  }

  tell(agent: string, role: NodeView["role"], term: number): void {
    const view = { protocol: "raft", role, term, leader: role === "leader" ? agent : null, votedFor: null, votes: [], members: this.agents, because: "world" };
    this.send(agent, { type: "node.tell", group, view });
  }

  *#works(agent: string): Script {
    for (;;) {
      const term = this.#believes.get(agent);
      if (term !== undefined && !this.#asleep.has(agent)) {
        this.#write(agent, term);
        if (this.world.random.chance(0.2)) this.send(agent, { type: "election.proclaim", group, term, value: `at ${this.world.nowMs}` });
      }
      yield this.world.about(300, 0.5);
    }
  }

  /** Cut off from the server is not cut off from the resource. */
  #write(agent: string, term: string): void {
    this.world.after(this.#latencyMs(), () => {
      if (compareFences(term, this.#highest) >= 0) this.#highest = term;
      else this.send(agent, { type: "guard.report", resource: "repo/main/head", fence: term, highest: this.#highest });
    });
  }

  #learns(agent: string, over: string | undefined, began: string | undefined): void {
    if (this.#deaf.has(agent)) return;
    if (over !== undefined) this.#over.add(over);
    if (began !== undefined && !this.#over.has(began)) this.#believes.set(agent, began);
    else if (this.#believes.get(agent) === over) this.#believes.delete(agent);
  }

  #later(agent: string, then: () => void): void {
    if (!this.#unsent.has(agent)) this.world.after(this.#latencyMs(), then);
  }

  /** Two ways of it, one after the other, are within the second of grace. */
  #latencyMs(): number {
    return this.world.random.between(1, 250);
  }
}

/** Deposed, it hears nothing of it: the guard refuses what it writes, the engine what it says. */
function deafWriter(party: Party): Truth {
  const old = party.begin({ policy: party.world.random.pick(["firstCome", "priority"]) });
  soon(party, () => {
    party.deafen(old);
    party.depose();
  });
  return planted(party, "deaf writer", () => [old, party.leader]);
}

/** Handed over, and goes on saying that it leads. */
function deafSpeaker(party: Party): Truth {
  const old = party.begin();
  const { term } = party;
  soon(party, () => {
    party.send(old, { type: "election.handOver", group, term, to: party.anotherThanTheLeader });
    party.world.play(
      (function* (): Script {
        for (;;) {
          yield party.world.about(3_000);
          party.send(old, { type: "election.assert", group, term });
        }
      })(),
    );
  });
  return planted(party, "deaf speaker", () => [old, party.leader]);
}

/** Says that it leads in the term of another, or in one that nobody had. */
function usurper(party: Party): Truth {
  const leader = party.begin();
  const liar = party.anotherThanTheLeader;
  const term = party.world.random.chance(0.5) ? party.term : "999";
  soon(party, () => party.send(liar, { type: "election.assert", group, term }));
  return planted(party, "usurper", () => [liar, leader]);
}

/** Asleep beyond its lease, and writes on when it wakes. */
function asleepAtTheWheel(party: Party): Truth {
  const old = party.begin();
  soon(party, () => {
    party.deafen(old);
    party.sleep(old);
    party.world.play(
      (function* (): Script {
        yield party.world.random.between(15_000, 20_000);
        party.world.expire(old);
        yield party.world.random.between(2_000, 10_000);
        party.world.join(old);
        party.wake(old, false);
      })(),
    );
  });
  return planted(party, "asleep at the wheel", () => [old, party.leader]);
}

function twoOfOneTerm(party: Party): Truth {
  const [one = "", two = ""] = party.agents;
  const term = party.world.random.between(1, 50);
  party.tell(one, "leader", term);
  party.world.after(party.world.random.between(0, 20_000), () => party.tell(two, "leader", term));
  return planted(party, "two of one term", () => [one, two]);
}

/** Leads on in an older term, as if it heard nothing of the newer one. */
function staleNode(party: Party): Truth {
  const [one = "", two = ""] = party.agents;
  const term = party.world.random.between(1, 50);
  party.tell(one, "leader", term);
  party.world.after(party.world.random.between(2_000, 20_000), () => party.tell(two, "leader", term + party.world.random.between(1, 3)));
  return planted(party, "stale node", () => [one, two]);
}

function handsOver(party: Party): Truth {
  party.begin();
  often(party, () => party.send(party.leader, { type: "election.handOver", group, term: party.term, to: party.anotherThanTheLeader }));
  return harmless(party, "hands over");
}

function deposed(party: Party): Truth {
  party.begin({ delayMs: party.world.random.pick([0, 0, 2_000]) });
  often(party, () => party.depose());
  return harmless(party, "deposed");
}

/** Its lease passes while it is asleep; it knows when it wakes. */
function expired(party: Party): Truth {
  party.begin();
  often(party, () => {
    const { leader, world } = party;
    party.sleep(leader);
    world.play(
      (function* (): Script {
        yield world.random.between(300, 5_000);
        world.expire(leader);
        yield world.random.between(300, 5_000);
        party.wake(leader, true);
        world.join(leader);
        world.command(leader, { type: "election.campaign", group });
      })(),
    );
  });
  return harmless(party, "expired");
}

/** Deposed while it is cut off and asleep: what it had ready to send goes out before it is told. */
function cutOff(party: Party): Truth {
  const old = party.begin();
  const { term, world } = party;
  soon(party, () => {
    party.cut(old);
    party.send(old, { type: "election.proclaim", group, term, value: "before I knew" });
    party.send(old, { type: "guard.report", resource: "repo/main/head", fence: term, highest: "999" });
    party.sleep(old);
    world.play(
      (function* (): Script {
        yield world.random.between(100, 2_000);
        party.depose();
        yield world.random.between(2_000, 12_000);
        party.reconnect(old);
        yield 1_000;
        party.wake(old, true);
      })(),
    );
  });
  return harmless(party, "cut off");
}

/** One of a higher priority takes over, again and again. */
function preempted(party: Party): Truth {
  party.begin({ policy: "priority", preempt: true });
  let priority = 10;
  often(party, () => party.send(party.anotherThanTheLeader, { type: "election.campaign", group, priority: ++priority }));
  return harmless(party, "preempted");
}

function windows(party: Party): Truth {
  party.begin({ policy: "rendezvous", windowMs: party.world.random.between(1_000, 5_000) });
  return harmless(party, "windows");
}

/** Its term is as good as ever, but somebody with a newer lock wrote there. */
function refusedByALock(party: Party): Truth {
  const leader = party.begin();
  const { term } = party;
  often(party, () => party.send(leader, { type: "guard.report", resource: "repo/main/head", fence: term, highest: "9999" }));
  return harmless(party, "refused by a lock");
}

function blocked(party: Party): Truth {
  party.begin();
  soon(party, () => party.world.operate({ type: "election.block", group, agent: party.leader, reason: "world" }));
  return harmless(party, "blocked");
}

/** Nodes that change their leader: the old one leads on until it hears of the new term. Nodes tell what changes, and only that. */
function nodesChange(party: Party): Truth {
  let term = 1;
  const { world, agents } = party;
  world.play(
    (function* (): Script {
      for (let turn = 0; ; turn++) {
        const [old, next] = [agents[turn % agents.length] as string, agents[(turn + 1) % agents.length] as string];
        party.tell(old, "leader", term);
        yield world.random.between(2_000, 10_000);
        term += world.random.between(1, 2);
        party.tell(next, "leader", term);
        yield world.random.between(0, 4_000);
        party.tell(old, "follower", term);
      }
    })(),
  );
  return harmless(party, "nodes change");
}

/** A node that told that it leads and stands still, or is cut off: it knows nothing, and does nothing. */
function asleep(party: Party): Truth {
  const { world, agents } = party;
  const [one = "", two = ""] = agents;
  party.tell(one, "leader", 1);
  soon(party, () => {
    if (world.random.chance(0.5)) party.sleep(one);
    else party.cut(one);
    // By a convention, as rendezvous hashing is, the next one leads in the same term.
    world.after(world.random.between(0, 5_000), () => party.tell(two, "leader", world.random.pick([1, 2])));
    world.after(world.random.between(6_000, 30_000), () => {
      party.wake(one, true);
      if (!world.state.sessions.get(`s-${one}`)?.connected) party.reconnect(one);
      party.tell(one, "follower", 2);
    });
  });
  return harmless(party, "asleep");
}

function soon(party: Party, act: () => void): void {
  party.world.after(party.world.random.between(2_000, 15_000), act);
}

function often(party: Party, act: () => void): void {
  party.world.play(
    (function* (): Script {
      for (;;) {
        yield party.world.about(6_000, 0.8);
        if (party.leader !== "") act();
      }
    })(),
  );
}

/** Who the two are is known when it is over: who leads then led all the while. */
function planted({ world }: Party, name: string, who: () => readonly string[]): Truth {
  return {
    world,
    name,
    get planted() {
      return who();
    },
    runMs,
  };
}

function harmless({ world }: Party, name: string): Truth {
  return { world, name, planted: undefined, runMs };
}
