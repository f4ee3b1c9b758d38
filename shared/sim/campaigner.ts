import type { AgentCommand, Ballot } from "../model/index.ts";
import type { Client } from "./client.ts";
import type { Clock } from "./clock.ts";
import type { Felt } from "./felt.ts";
import type { KnownGroup } from "./knowledge.ts";
import type { Random } from "./random.ts";
import { drawElection, type Scenario } from "./scenario.ts";
import type { Server } from "./server.ts";
import type { Vault } from "./vault.ts";

/** Terms of before that it remembers, to be stale with. */
const pastAtMost = 10;
/** How often it looks whether it still campaigns when all is to be calm. */
const stayMs = 1_500;

/** An agent's part in elections: campaigns, leads, hands over, votes, talks; and now and then claims what is not its own. */
export class Campaigner {
  readonly #client: Client;
  readonly #scenario: Scenario;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #vault: Vault;
  readonly #server: Server;
  readonly #felt: Felt;
  readonly #past: { group: string; term: string }[] = [];
  #said = 0;
  #stayedMs = 0;
  /** Votes for everybody and misses nothing. */
  #calm = false;

  constructor(client: Client, parts: { scenario: Scenario; clock: Clock; random: Random; vault: Vault; server: Server; felt: Felt }) {
    this.#client = client;
    this.#scenario = parts.scenario;
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#vault = parts.vault;
    this.#server = parts.server;
    this.#felt = parts.felt;
    client.onBallot = (group, ballot) => this.#asked(group, ballot);
  }

  /** Does one thing about elections. */
  act(): void {
    const group = this.#random.pick(this.#scenario.groups);
    const known = this.#client.known.groups.get(group);
    const term = this.#client.leads(group);
    if (term !== undefined && this.#random.chance(0.6)) return this.#lead(group, term);
    this.#random.weighted([
      [() => this.#campaign(group), known?.campaigns === true ? 2 : 10],
      [() => this.#client.send((id) => ({ id, type: "election.resign", group })), known?.campaigns === true ? 2 : 0],
      [() => this.#client.send((id) => ({ id, type: known?.observes === true ? "election.unobserve" : "election.observe", group })), 3],
      [() => this.#say(group), 4],
      [() => this.#show(group, known), 1],
    ])();
  }

  /** Wants to lead, to know who does, and to vote for whoever is put up: from now on there must be a leader. */
  stay(): void {
    this.#calm = true;
    if (this.#clock.nowMs < this.#stayedMs + stayMs) return;
    this.#stayedMs = this.#clock.nowMs;
    for (const [index, group] of this.#scenario.groups.entries()) {
      const known = this.#client.known.groups.get(group);
      if (index === 0 && known?.campaigns !== true) this.#client.send((id) => ({ id, type: "election.campaign", group, priority: 0, weight: 1, value: "" }));
      if (index > 0 && known?.observes !== true) this.#client.send((id) => ({ id, type: "election.observe", group }));
      if (known?.ballot !== undefined) this.#vote(group, known.ballot, true);
    }
  }

  /** Claims to lead in a term that is over or another's, hands over what it does not have, votes where it has none. */
  mislead(): void {
    const group = this.#random.pick(this.#scenario.groups);
    const election = this.#server.state?.elections.get(group);
    const lead = election?.leader;
    const stale = this.#past.length > 0 && this.#random.chance(0.6) ? this.#random.pick(this.#past) : { group, term: lead?.term ?? "1" };
    const ballot = election?.ballot?.ballot ?? stale.term;
    const to = this.#other();
    this.#client.send((id) =>
      this.#random.weighted<AgentCommand>([
        [{ id, type: "election.assert", ...stale }, 4],
        [{ id, type: "election.proclaim", ...stale, value: "mine" }, 3],
        [{ id, type: "election.handOver", ...stale, to }, 3],
        [{ id, type: "election.vote", group, ballot, yes: this.#random.chance(0.5) }, 4],
        [{ id, type: "message.send", group, to: "nobody", kind: "hello", body: "{}" }, 1],
        [{ id, type: "node.tell", group, view: null }, 1],
      ]),
    );
  }

  /** Says that it leads where another does. */
  claimToLead(): void {
    const groups = [...(this.#server.state?.elections.values() ?? [])].filter(({ leader }) => leader !== undefined && leader.agent !== this.#client.agent);
    const { group, leader } = groups.length > 0 ? this.#random.pick(groups) : { group: this.#random.pick(this.#scenario.groups), leader: undefined };
    const term = leader?.term ?? "1";
    const old = String(BigInt(term) > 1n ? BigInt(term) - 1n : 1n);
    const agent = this.#client.agent;
    const view = { protocol: "toy", role: "leader" as const, term: this.#said, leader: agent, votedFor: agent, votes: [], members: [], because: "it says so" };
    const claim = (how: string, make: (id: string) => AgentCommand) => () => {
      this.#felt.add("falseLeader", how);
      this.#client.send(make);
    };
    this.#random.weighted([
      [claim("present term", (id) => ({ id, type: "election.assert", group, term })), 3],
      [claim("present term", (id) => ({ id, type: "election.proclaim", group, term, value: "false" })), 2],
      [claim("old term", (id) => ({ id, type: "election.assert", group, term: old })), 2],
      [claim("false view", (id) => ({ id, type: "node.tell", group, view })), 2],
    ])();
  }

  #campaign(group: string): void {
    const settings = this.#random.chance(0.5) ? drawElection(this.#random, this.#scenario) : undefined;
    const [priority, weight] = [this.#random.between(-2, 3), this.#random.between(1, 5)];
    this.#client.send((id) => ({ id, type: "election.campaign", group, priority, weight, value: this.#client.agent, ...(settings && { settings }) }));
  }

  /** What it does it does under its term, for a guard to judge; some of it arrives when another leads. */
  #lead(group: string, term: string): void {
    this.#past.push({ group, term });
    if (this.#past.length > pastAtMost) this.#past.shift();
    this.#random.weighted([
      [() => this.#client.send((id) => ({ id, type: "election.proclaim", group, term, value: `by ${this.#client.agent}` })), 2],
      [() => this.#client.send((id) => ({ id, type: "election.handOver", group, term, to: this.#other() })), 3],
      [() => this.#client.send((id) => ({ id, type: "election.assert", group, term })), 2],
      [() => this.#write(group, term), 5],
    ])();
  }

  #write(resource: string, term: string): void {
    const delayMs = this.#random.chance(0.2) ? this.#random.between(500, 6_000) : this.#random.between(1, 30);
    this.#clock.after(delayMs, () => {
      const highest = this.#vault.write(resource, term);
      if (highest !== undefined && this.#client.ready) this.#client.send((id) => ({ id, type: "guard.report", resource, fence: term, highest }));
    });
  }

  #say(group: string): void {
    const body = JSON.stringify({ said: ++this.#said, by: this.#client.agent });
    this.#client.send((id) => ({ id, type: "message.send", group, to: this.#other(), kind: "plan", body }));
  }

  #show(group: string, known: KnownGroup | undefined): void {
    const leader = known?.leader?.agent ?? null;
    const view = { protocol: "toy", role: "follower" as const, term: this.#said, leader, votedFor: leader, votes: [], members: [], because: "it says so" };
    this.#client.send((id) => ({ id, type: "node.tell", group, view: this.#random.chance(0.8) ? view : null }));
  }

  #asked(group: string, ballot: Ballot): void {
    if (this.#client.link.troubles.of("doubleVote") !== undefined) return this.#voteBothWays(group, ballot);
    if (!this.#calm && this.#random.chance(0.1)) return;
    const yes = this.#calm || this.#random.chance(0.8);
    // A word takes longer than a short ballot is open, now and then; in the calm none does.
    this.#clock.after(this.#random.between(1, this.#calm ? 20 : 250), () => this.#vote(group, ballot, yes));
  }

  #vote(group: string, { ballot, yes: said, no }: Ballot, yes: boolean): void {
    if (!this.#client.ready || said.includes(this.#client.agent) || no.includes(this.#client.agent)) return;
    this.#client.send((id) => ({ id, type: "election.vote", group, ballot, yes }));
    // Once more under another id: it has to count once.
    if (this.#random.chance(0.1)) this.#client.send((id) => ({ id, type: "election.vote", group, ballot, yes }));
  }

  /** Its word counts once, whatever it says after that. */
  #voteBothWays(group: string, { ballot }: Ballot): void {
    const first = this.#random.chance(0.5);
    this.#clock.after(this.#random.between(1, 250), () => {
      if (!this.#client.ready) return;
      this.#felt.add("doubleVote");
      for (const yes of [first, !first]) this.#client.send((id) => ({ id, type: "election.vote", group, ballot, yes }));
    });
  }

  #other(): string {
    return `a${this.#random.between(1, this.#scenario.agents.length)}`;
  }
}
