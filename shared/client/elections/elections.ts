import type { AgentId, Ballot, Group, Result } from "../../model/index.ts";
import type { Holdings, Notice } from "../../protocol/index.ts";
import { SignalboxError } from "../errors.ts";
import type { Certainty } from "../lease.ts";
import { isPassing } from "../lock.ts";
import { type CommandBody, unexpectedResult } from "../requests.ts";
import { type CampaignOptions, Candidacy, type CandidacyOwner } from "./candidacy.ts";
import { Observation } from "./observation.ts";
import { Standing } from "./standing.ts";

/** Notices that concern a group. */
export type ElectionNotice = Extract<Notice, { type: "leader" | "proclaimed" | "ballot" | "ballotEnded" | "candidacyEnded" }>;

/** Whether this agent confirms a leader. */
export type BallotDecision = (ballot: Ballot, group: Group) => boolean | Promise<boolean>;

export interface ElectionPorts {
  readonly agent: AgentId;
  session(): string | undefined;
  certainty(): Certainty;
  /** Sends a command in the session of now, or of next when there is none; `resent` when its answer may be an old one. */
  ask(body: CommandBody): Promise<{ readonly result: Result; readonly resent: boolean }>;
  /** Asks for the holdings once more and has them believed. */
  recheck(): void;
}

const retryMs = 1_000;

/** What an agent has in groups, over all its sessions: candidacies that stay and observations are taken up in the next one. */
export class Elections {
  readonly #ports: ElectionPorts;
  readonly #owner: CandidacyOwner;
  readonly #standings = new Map<Group, Standing>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  /** The last ballot of each group in which this agent gave its word. */
  readonly #answered = new Map<Group, string>();
  #decide: BallotDecision = () => true;
  #closed: SignalboxError | undefined;

  constructor(ports: ElectionPorts) {
    this.#ports = ports;
    this.#owner = {
      session: () => ports.session(),
      certainty: () => ports.certainty(),
      command: (body) => this.#command(body),
      enter: (candidacy) => this.#enter(candidacy),
      resign: (candidacy) => this.#resign(candidacy),
    };
  }

  async campaign(group: Group, options: CampaignOptions): Promise<Candidacy> {
    await this.#standings.get(group)?.resigning;
    if (this.#closed !== undefined) throw this.#closed;
    const standing = this.#standing(group);
    if (standing.candidacy !== undefined) throw new SignalboxError("conflict", `This agent campaigns in ${group} already: change that candidacy, or end it.`);
    const candidacy = new Candidacy(this.#owner, group, options);
    standing.candidacy = candidacy;
    try {
      await this.#enter(candidacy);
    } catch (error) {
      this.#end(candidacy, error);
      throw error;
    }
    return candidacy;
  }

  async observe(group: Group): Promise<Observation> {
    if (this.#closed !== undefined) throw this.#closed;
    const standing = this.#standing(group);
    const observation: Observation = new Observation(
      group,
      () => standing.leader,
      () => this.#unobserve(standing, observation),
    );
    standing.observations.add(observation);
    try {
      await this.#askLeader(standing, { type: "election.observe", group });
    } catch (error) {
      observation.end();
      standing.observations.delete(observation);
      this.#tidy(standing);
      throw error;
    }
    return observation;
  }

  /** Returns how to go back to confirming everybody. */
  onBallot(decide: BallotDecision): () => void {
    this.#decide = decide;
    return () => {
      if (this.#decide === decide) this.#decide = () => true;
    };
  }

  /** After a join or a resume: the holdings are the truth. */
  reconcile(holdings: Holdings): void {
    const held = new Map(holdings.groups.map((each) => [each.group, each]));
    for (const standing of [...this.#standings.values()]) {
      const { group, candidacy } = standing;
      const has = held.get(group);
      if (has === undefined) standing.forget(`The server says nothing of ${group} any more.`);
      else standing.believe(has.leader);
      if (has !== undefined && has.ballot === undefined) candidacy?.leadership?.unconfirmed("while the connection was lost", false);
      if (candidacy?.entered && has?.campaigns !== true) this.#end(candidacy, putOut(group));
    }
    for (const { group, ballot, campaigns, observes } of holdings.groups) {
      const standing = this.#standings.get(group);
      // What was given back and did not arrive is given back again.
      if (campaigns && standing?.candidacy === undefined && standing?.resigning === undefined) this.#giveBack({ type: "election.resign", group });
      if (observes && (standing?.observations.size ?? 0) === 0) this.#giveBack({ type: "election.unobserve", group });
      if (ballot !== undefined) void this.#vote(group, ballot);
    }
  }

  notice(notice: ElectionNotice): void {
    const standing = this.#standings.get(notice.group);
    if (standing === undefined) return;
    switch (notice.type) {
      case "leader":
        return standing.changed(notice);
      case "proclaimed":
        return standing.proclaimed(notice.term, notice.value);
      case "ballot":
        return void this.#vote(notice.group, notice.ballot);
      case "ballotEnded":
        return standing.candidacy?.leadership?.unconfirmed(notice.why, true);
      case "candidacyEnded":
        if (standing.candidacy !== undefined) this.#end(standing.candidacy, putOut(notice.group, notice));
    }
  }

  /** The lease is in doubt: told to whoever leads. */
  doubt(): void {
    for (const { candidacy } of this.#standings.values()) candidacy?.doubt();
  }

  /** The session is over, and every leadership with it. What stays goes on in the next one. */
  sessionOver(why: SignalboxError): void {
    this.#answered.clear();
    for (const standing of [...this.#standings.values()]) {
      const { candidacy } = standing;
      standing.forget(why.message);
      if (candidacy?.admitted) {
        candidacy.entered = false;
        if (candidacy.stay) this.#enterAgain(candidacy);
        else this.#end(candidacy, why);
      }
      if (standing.observations.size > 0) this.#observeAgain(standing);
    }
  }

  /** For good. */
  close(why: SignalboxError): void {
    this.#closed = why;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    for (const { candidacy, observations } of [...this.#standings.values()]) {
      candidacy?.end(why);
      for (const observation of [...observations]) observation.end();
    }
    this.#standings.clear();
  }

  // -- Candidacies

  async #enter(candidacy: Candidacy): Promise<void> {
    const { group, words, settings } = candidacy;
    await this.#askLeader(this.#standing(group), { type: "election.campaign", group, ...words, settings });
    if (candidacy.endedWhy !== undefined) return;
    candidacy.entered = true;
    candidacy.admitted = true;
  }

  #enterAgain(candidacy: Candidacy): void {
    this.#enter(candidacy).catch((error: unknown) => {
      if (candidacy.endedWhy !== undefined || isOver(error)) return;
      if (isPassing(error) || isUnbound(error)) this.#later(() => candidacy.endedWhy === undefined && !candidacy.entered && this.#enterAgain(candidacy));
      else this.#end(candidacy, error);
    });
  }

  async #resign(candidacy: Candidacy): Promise<void> {
    const { group } = candidacy;
    const standing = this.#standing(group);
    standing.gaveBack(this.#ports.session());
    standing.candidacy = undefined;
    const asked = this.#ports.ask({ type: "election.resign", group });
    const resigning = asked.then(
      () => undefined,
      () => undefined,
    );
    standing.resigning = resigning;
    try {
      await asked;
    } catch (error) {
      // A session that is over campaigns nowhere.
      if (!isOver(error)) throw error;
    } finally {
      if (standing.resigning === resigning) standing.resigning = undefined;
      this.#tidy(standing);
    }
  }

  #end(candidacy: Candidacy, why: unknown): void {
    const standing = this.#standings.get(candidacy.group);
    if (standing?.candidacy === candidacy) standing.candidacy = undefined;
    candidacy.end(why instanceof SignalboxError ? why : new SignalboxError("cancelled", String(why)));
    if (standing !== undefined) this.#tidy(standing);
  }

  // -- Observations

  #observeAgain(standing: Standing): void {
    this.#askLeader(standing, { type: "election.observe", group: standing.group }).catch((error: unknown) => {
      if (isOver(error) || standing.observations.size === 0) return;
      this.#later(() => standing.observations.size > 0 && this.#observeAgain(standing));
    });
  }

  async #unobserve(standing: Standing, observation: Observation): Promise<void> {
    standing.observations.delete(observation);
    if (standing.observations.size > 0 || this.#closed !== undefined) return;
    this.#tidy(standing);
    try {
      await this.#ports.ask({ type: "election.unobserve", group: standing.group });
    } catch (error) {
      if (!isOver(error)) throw error;
    }
  }

  // -- Ballots

  async #vote(group: Group, { ballot, ...rest }: Ballot): Promise<void> {
    const { agent } = this.#ports;
    if (!rest.electorate.includes(agent) || this.#answered.get(group) === ballot || rest.yes.includes(agent) || rest.no.includes(agent)) return;
    this.#answered.set(group, ballot);
    try {
      const yes = await this.#decide({ ballot, ...rest }, group);
      await this.#ports.ask({ type: "election.vote", group, ballot, yes }).catch(() => undefined);
    } catch (error) {
      // The caller's own mistake: no vote is given, and it surfaces as an uncaught error of the caller's program.
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  // -- Within

  #standing(group: Group): Standing {
    let standing = this.#standings.get(group);
    if (standing === undefined) {
      standing = new Standing(group);
      this.#standings.set(group, standing);
    }
    return standing;
  }

  #tidy(standing: Standing): void {
    if (!standing.isIdle || this.#standings.get(standing.group) !== standing) return;
    this.#standings.delete(standing.group);
    this.#answered.delete(standing.group);
  }

  #giveBack(body: CommandBody): void {
    this.#ports.ask(body).catch(() => undefined);
  }

  /** An answer that came again may be out of date: what became of it since stands in the holdings. */
  async #command(body: CommandBody): Promise<Result> {
    const { result, resent } = await this.#ports.ask(body);
    if (resent && result.status === "leads") this.#ports.recheck();
    return result;
  }

  async #askLeader(standing: Standing, body: CommandBody): Promise<void> {
    const { result, resent } = await this.#ports.ask(body);
    if (result.status !== "leads") throw unexpectedResult(body.type);
    // The first answer came again; who leads may have changed since, and the candidacy may be over.
    if (resent) this.#ports.recheck();
    else standing.answered(result.leader);
  }

  #later(again: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      again();
    }, retryMs);
    this.#timers.add(timer);
  }
}

/** The session or the box ended: whatever begins after it begins anew. */
function isOver(error: unknown): boolean {
  return error instanceof SignalboxError && (error.code === "lost" || error.code === "closed");
}

/** The connection speaks for no session: the next one tells whether it is over. */
function isUnbound(error: unknown): boolean {
  return error instanceof SignalboxError && error.code === "noSession";
}

function putOut(
  group: Group,
  { why, by, reason }: { readonly why?: string; readonly by?: string | undefined; readonly reason?: string | undefined } = {},
): SignalboxError {
  const told = why === undefined ? "while the connection was lost" : `${why}${by === undefined ? "" : ` by ${by}`}${reason === undefined ? "" : `: ${reason}`}`;
  return new SignalboxError("cancelled", `The candidacy in ${group} ended (${told}).`);
}
