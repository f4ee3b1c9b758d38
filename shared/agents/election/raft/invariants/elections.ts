import { isVoter } from "../configuration.ts";
import type { Durable, Message } from "../messages.ts";
import { configurationOf } from "../node.ts";
import { endOf, type Facts, type Fail, hasMajorities, isAnswer, type Part, type Seen } from "./facts.ts";

/** EL-20, EL-21, EL-27, EL-28 and EL-29. Looks before the facts of a step are known: what was durable before counts. */
export class Elections implements Part {
  readonly #facts: Facts;
  readonly #fail: Fail;
  /** By term. */
  readonly #leaders = new Map<number, string>();
  /** By voter and term; by candidate and term; by candidate and term, of pre-votes. */
  readonly #votes = new Map<string, string>();
  readonly #granted = new Map<string, Set<string>>();
  readonly #wouldGrant = new Map<string, Set<string>>();
  /** By agent: the highest term that it told. */
  readonly #told = new Map<string, number>();
  /** By agent: until when by its own clock it may vote for nobody. */
  readonly #boundMs = new Map<string, number>();
  /** By leader: when by its own clock each of the others answered last. */
  readonly #answered = new Map<string, { readonly term: number; readonly times: Map<string, number> }>();

  constructor(facts: Facts, fail: Fail) {
    this.#facts = facts;
    this.#fail = fail;
  }

  stepped(seen: Seen): void {
    const { agent, before, after, input, died } = seen;
    if (input.type === "timer" && input.timer === "election") this.#boundMs.delete(agent);
    if (input.type === "start" && input.durable !== undefined) this.#boundMs.set(agent, input.nowMs + this.#facts.settingsOf(agent).electionMs);
    // A clock that was set back makes no promise longer than an election timeout from now.
    const boundMs = this.#boundMs.get(agent);
    if (boundMs !== undefined) this.#boundMs.set(agent, Math.min(boundMs, input.nowMs + this.#facts.settingsOf(agent).electionMs));
    this.#outputs(seen);
    if (died) return;
    if (after.role === "leader") this.#leads(agent, after.term);
    if (after.role === "leader" && before?.role !== "leader") this.#elected(seen);
    this.#hears(seen);
  }

  #outputs({ agent, before, after, input, outputs }: Seen): void {
    let durable = this.#facts.durable.get(agent);
    for (const output of outputs) {
      if (output.type === "persist") durable = output.durable;
      if (output.type !== "send") continue;
      const { to, message } = output;
      this.#tells(agent, message, to, durable);
      if (message.type === "append" || message.type === "snapshot") this.#leads(agent, message.term);
      if (message.type === "voted" && message.granted && input.type === "message" && input.message.type === "vote")
        this.#votedFor(agent, to, input, message.pre, before);
      if (message.type === "vote" && !message.pre) this.#stands(agent, message, input, before ?? after);
      const { electionMs } = this.#facts.settingsOf(agent);
      const answers = isAnswer(message) && input.type === "message" && input.message.term === message.term;
      if (answers) this.#boundMs.set(agent, input.nowMs + electionMs);
    }
  }

  /** EL-21: what a message says of its sender is durable by then. */
  #tells(agent: string, message: Message, to: string, durable: Durable | undefined): void {
    const { term } = message;
    const known = this.#told.get(agent) ?? 0;
    if (term < known) this.#fail("EL-21", `${agent} tells of term ${term} after it told of term ${known}`);
    this.#told.set(agent, Math.max(known, term));
    if (term !== (durable?.term ?? 0)) this.#fail("EL-21", `${agent} tells of term ${term} and would come back in term ${durable?.term ?? 0}`);
    const vote = message.type === "vote" && !message.pre ? agent : message.type === "voted" && message.granted && !message.pre ? to : undefined;
    if (vote === undefined) return;
    if (durable?.votedFor !== vote)
      this.#fail("EL-21", `${agent} tells of its vote for ${vote} in term ${term}, and would come back with a vote for ${durable?.votedFor ?? "nobody"}`);
    const given = this.#votes.get(`${agent} ${term}`) ?? vote;
    if (given !== vote) this.#fail("EL-21", `${agent} voted for ${given} and for ${vote} in term ${term}`);
    this.#votes.set(`${agent} ${term}`, vote);
    add(this.#granted, `${vote} ${term}`, agent);
  }

  #votedFor(agent: string, to: string, input: Extract<Seen["input"], { type: "message" }>, pre: boolean, before: Seen["before"]): void {
    const { message } = input;
    if (message.type !== "vote" || before === undefined) return;
    if (pre) add(this.#wouldGrant, `${to} ${message.campaign}`, agent);
    const mine = endOf(before.log);
    if (message.lastTerm < mine.term || (message.lastTerm === mine.term && message.lastIndex < mine.index))
      this.#fail(
        "EL-27",
        `${agent}, whose log ends ${mine.index} in term ${mine.term}, votes for ${to}, whose log ends ${message.lastIndex} in term ${message.lastTerm}`,
      );
    const boundMs = this.#boundMs.get(agent);
    if (message.transfer) return;
    if (before.role === "leader") this.#fail("EL-28", `${agent} leads term ${before.term} and votes for ${to}`);
    if (boundMs !== undefined && input.nowMs < boundMs) this.#fail("EL-28", `${agent} votes for ${to} ${boundMs - input.nowMs} ms before it may`);
  }

  #stands(agent: string, message: Message & { type: "vote" }, input: Seen["input"], node: NonNullable<Seen["before"]>): void {
    if (message.transfer) {
      if (input.type !== "message" || input.message.type !== "lead")
        this.#fail("EL-28", `${agent} says the leader wants it to campaign, and nobody told it so`);
      return;
    }
    const yes = this.#wouldGrant.get(`${agent} ${message.campaign}`);
    if (!hasMajorities(configurationOf(node), (voter) => voter === agent || yes?.has(voter) === true))
      this.#fail("EL-28", `${agent} begins term ${message.campaign}; only ${[...(yes ?? [])].join(", ") || "nobody"} said it would vote for it`);
  }

  #leads(agent: string, term: number): void {
    const leader = this.#leaders.get(term) ?? agent;
    if (leader !== agent) this.#fail("EL-20", `${leader} and ${agent} both lead term ${term}`);
    this.#leaders.set(term, leader);
  }

  /** EL-30, in effect: by a majority of each group of its voters. */
  #elected({ agent, after }: Seen): void {
    const votes = this.#granted.get(`${agent} ${after.term}`);
    const configuration = configurationOf(after);
    if (!hasMajorities(configuration, (voter) => voter === agent || votes?.has(voter) === true))
      this.#fail("EL-30", `${agent} leads term ${after.term} with the votes of ${[...(votes ?? [])].join(", ")}; ${describe(configuration)}`);
    // Who is being taken out may lead until that is committed.
    if (!after.configurations.slice(-2).some((told) => isVoter(told.configuration, agent))) this.#fail("EL-30", `${agent} leads and has no vote`);
  }

  /** EL-29. Somebody new has its time to answer. */
  #hears({ agent, after, input }: Seen): void {
    if (after.role !== "leader") {
      this.#answered.delete(agent);
      return;
    }
    const { nowMs } = input;
    const known = this.#answered.get(agent);
    const record = known !== undefined && known.term === after.term ? known : { term: after.term, times: new Map<string, number>() };
    this.#answered.set(agent, record);
    const { electionMs } = this.#facts.settingsOf(agent);
    const configuration = configurationOf(after);
    const voters = [...configuration.voters, ...configuration.outgoing];
    for (const gone of [...record.times.keys()].filter((voter) => !voters.includes(voter))) record.times.delete(gone);
    for (const voter of voters) if (!record.times.has(voter)) record.times.set(voter, nowMs);
    if (input.type === "message" && isAnswer(input.message) && input.message.term === after.term) record.times.set(input.from, nowMs);
    if (input.type !== "timer" || input.timer !== "heartbeat") return;
    if (!hasMajorities(configuration, (voter) => voter === agent || nowMs - (record.times.get(voter) ?? nowMs) <= electionMs))
      this.#fail(
        "EL-29",
        `${agent} leads on in term ${after.term}; by its clock others answered ${[...record.times].map(([voter, ms]) => `${voter} ${nowMs - ms} ms ago`).join(", ")}`,
      );
  }
}

function add(sets: Map<string, Set<string>>, key: string, member: string): void {
  const set = sets.get(key) ?? new Set();
  set.add(member);
  sets.set(key, set);
}

const describe = ({ voters, outgoing }: { voters: readonly string[]; outgoing: readonly string[] }) =>
  `voters are ${voters.join(", ")}${outgoing.length > 0 ? ` and, going, ${outgoing.join(", ")}` : ""}`;
