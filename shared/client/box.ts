import type { Machine } from "../agents/machine.ts";
import type { AgentId, Conflict, Declared, Fence, Group, RendezvousGroup, Resource } from "../model/index.ts";
import type { CampaignOptions, Candidacy } from "./elections/candidacy.ts";
import { type ConventionMember, leaderOf } from "./elections/convention.ts";
import { type BallotDecision, Elections } from "./elections/elections.ts";
import type { Observation } from "./elections/observation.ts";
import { SignalboxError } from "./errors.ts";
import type { Intent } from "./intent.ts";
import { Keeper } from "./keeper.ts";
import { Listeners } from "./listeners.ts";
import type { Lock } from "./lock.ts";
import { Busy, LockSet } from "./lock-set.ts";
import { Mail, type Mailbox } from "./mail.ts";
import { type CheckOptions, type ConnectOptions, type IntendOptions, type LockOptions, toWants, type WantInput } from "./options.ts";
import type { RunningNode, RunOptions } from "./protocol/host.ts";
import { Nodes } from "./protocol/nodes.ts";

/**
 * - `connecting`: there is no connection now, but the lease is still certain.
 * - `uncertain`: the lease may pass soon; write nothing until it is renewed.
 * - `lost`: the session is over and so are its locks; the box joins anew unless it was told not to.
 * - `closed`: for good.
 */
export type BoxStatus = "connecting" | "connected" | "uncertain" | "lost" | "closed";

/** An agent's place in a space: what it holds, waits for and intends. Made by `connect`. */
export class Box implements AsyncDisposable {
  readonly agent: AgentId;
  readonly #keeper: Keeper;
  readonly #elections: Elections;
  readonly #mail = new Mail();
  readonly #nodes: Nodes;
  readonly #statusListeners = new Listeners<[BoxStatus, SignalboxError | undefined]>();
  readonly #receivedListeners = new Listeners<[Lock, AgentId]>();
  #progress = 0;
  #progressTold = 0;
  #telling = false;

  /** @internal */
  constructor(options: ConnectOptions) {
    this.agent = options.agent;
    this.#elections = new Elections({
      agent: options.agent,
      session: () => this.#keeper.sessionId,
      certainty: () => this.#keeper.session.certainty(),
      ask: (body) => this.#keeper.session.ask(body),
      recheck: () => this.#keeper.recheck(),
    });
    this.#nodes = new Nodes(this.#mail, (group) => ({
      agent: options.agent,
      send: (to, kind, body) => {
        // What cannot go at once is lost: it would be out of date when it could.
        if (this.#keeper.status === "connected") this.send(group, to, kind, body).catch(() => undefined);
      },
      tell: async (view) => void (await this.#keeper.session.command({ type: "node.tell", group, view })),
      log: (message, detail) => options.log?.("warn", message, detail),
    }));
    this.#keeper = new Keeper(options, {
      status: (status, why) => this.#statusChanged(status, why),
      received: (lock, from) => this.#receivedListeners.tell(lock, from),
      holdings: (holdings) => this.#elections.reconcile(holdings),
      election: (notice) => this.#elections.notice(notice),
      message: (message) => this.#mail.deliver(message),
      drift: (rate) => this.#nodes.drift(rate),
      doubt: () => this.#elections.doubt(),
      sessionOver: (why) => {
        this.#elections.sessionOver(why);
        this.#nodes.newSession();
      },
    });
  }

  /** @internal Resolves with the first join. */
  joined(): Promise<void> {
    return this.#keeper.joined;
  }

  get status(): BoxStatus {
    return this.#keeper.status;
  }

  /** The session's id, which operators see; undefined before the join. */
  get session(): string | undefined {
    return this.#keeper.sessionId;
  }

  /** Everything held now. */
  get locks(): readonly Lock[] {
    return this.#keeper.session.locks;
  }

  /** Called with each change, and with what went wrong where something did. Returns how to stop listening. */
  onStatus(listener: (status: BoxStatus, why: SignalboxError | undefined) => void): () => void {
    return this.#statusListeners.add(listener);
  }

  /** Another agent handed a lock over to this one, which now has to give it back. */
  onReceived(listener: (lock: Lock, from: AgentId) => void): () => void {
    return this.#receivedListeners.add(listener);
  }

  /**
   * Waits for a lock and holds it until it is given back: `await using lock = await box.lock("repo/src")`. With a list,
   * all or nothing. Throws `deadline` after `waitMs`, `lost` when the session ends, the signal's reason when it aborts.
   */
  lock(what: WantInput, options?: LockOptions): Promise<Lock>;
  lock(what: readonly WantInput[], options?: LockOptions): Promise<LockSet>;
  async lock(what: WantInput | readonly WantInput[], options: LockOptions = {}): Promise<Lock | LockSet> {
    const { waitMs, priority, holdMs, reason, signal } = options;
    const locks = await this.#keeper.session.acquire({ wants: toWants(what, options), waitMs, priority, holdMs, reason }, signal);
    const [only] = locks;
    return isList(what) || only === undefined ? new LockSet(locks) : only;
  }

  /** Takes a lock if it is free now; a `Busy` says who has it otherwise. */
  tryLock(what: WantInput, options?: Omit<LockOptions, "waitMs">): Promise<Lock | Busy>;
  tryLock(what: readonly WantInput[], options?: Omit<LockOptions, "waitMs">): Promise<LockSet | Busy>;
  async tryLock(what: WantInput | readonly WantInput[], options: Omit<LockOptions, "waitMs"> = {}): Promise<Lock | LockSet | Busy> {
    try {
      return await (isList(what) ? this.lock(what, { ...options, waitMs: 0 }) : this.lock(what, { ...options, waitMs: 0 }));
    } catch (error) {
      if (error instanceof SignalboxError && error.code === "busy") return new Busy(error.message, error.blockers);
      throw error;
    }
  }

  /** Announces a plan. Who plans or holds what does not go with it hears of it, and so does this agent. */
  intend({ uses, startsInMs, lastsMs, reason }: IntendOptions): Promise<Intent> {
    return this.#keeper.session.announce({ uses: toWants(uses), startsInMs, lastsMs, reason });
  }

  /** What such a plan would conflict with now. Changes nothing. */
  async wouldConflict({ uses, startsInMs, lastsMs }: CheckOptions): Promise<readonly Conflict[]> {
    const result = await this.#keeper.session.command({ type: "intent.check", uses: toWants(uses), startsInMs, lastsMs });
    return result.status === "checked" ? result.conflicts : [];
  }

  /**
   * Would lead a group: `await using candidacy = await box.campaign("fleet/merger")`, then `await candidacy.elected()`. Throws
   * `conflict` when it is blocked, has not the roles and labels that the group asks for, or campaigns there already.
   */
  campaign(group: Group, options: CampaignOptions = {}): Promise<Candidacy> {
    return this.#elections.campaign(group, options);
  }

  /** Is told who leads a group, over any number of sessions. */
  observe(group: Group): Promise<Observation> {
    return this.#elections.observe(group);
  }

  /** Decides the ballots in which this agent is asked to confirm a leader; without it, everybody is confirmed. Returns how to go back to that. */
  onBallot(decide: BallotDecision): () => void {
    return this.#elections.onBallot(decide);
  }

  /** Who leads by convention, computed here and asked of nobody: see `leaderOf`. */
  leaderOf(group: RendezvousGroup, members: readonly ConventionMember[], nowMs?: number): string | undefined {
    return leaderOf(group, members, nowMs);
  }

  /**
   * Says something to another agent of the space. Resolves when the server has passed it on; it comes at most once, and not at
   * all when the other one's connection is broken. Throws `notFound` when the other one is not here.
   */
  async send(group: Group, to: AgentId, kind: string, body: string): Promise<void> {
    await this.#keeper.session.command({ type: "message.send", group, to, kind, body });
  }

  /** What others say to this agent in the matter of a group, from now on. */
  messages(group: Group): Mailbox {
    return this.#mail.open(group);
  }

  /**
   * Runs a node of a protocol with others: `await box.run(raft, { group: "fleet/raft", config: { id: box.agent, members } })`.
   * It goes on over lost sessions, until it is stopped or the box is closed.
   */
  run<Config, Node, Message, Durable>(machine: Machine<Config, Node, Message, Durable>, options: RunOptions<Config>): Promise<RunningNode> {
    return this.#nodes.run(machine, options);
  }

  /** Says what this agent does. Operators see it; a lock held without progress looks stuck to them. */
  async declare(declared: { state?: Declared; doing?: string; progress?: number }): Promise<void> {
    if (declared.progress !== undefined) this.#progress = Math.max(this.#progress, declared.progress);
    await this.#keeper.session.command({ type: "session.declare", ...declared });
  }

  /** Something got done. Cheap to call often: only the latest count travels, one message at a time. */
  progress(): void {
    this.#progress++;
    if (!this.#telling) void this.#tellProgress();
  }

  /** Tells operators that a guard refused a write with an old fence. */
  async reportRefusal(resource: Resource, fence: Fence, highest: Fence): Promise<void> {
    await this.#keeper.session.command({ type: "guard.report", resource, fence, highest });
  }

  /** Ends the session: gives everything back, withdraws everything, closes. */
  leave(): Promise<void> {
    // Whoever leads stops before it says so.
    this.#endGroups(new SignalboxError("closed", "The agent left."));
    return this.#keeper.leave();
  }

  /** Closes without leaving: the server keeps the locks until the lease runs out. Here they are lost at once. */
  close(): void {
    this.#keeper.close(new SignalboxError("closed", "The box was closed."));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.leave().catch(() => undefined);
  }

  #statusChanged(status: BoxStatus, why: SignalboxError | undefined): void {
    if (status === "closed") this.#endGroups(why ?? new SignalboxError("closed", "The box was closed."));
    this.#statusListeners.tell(status, why);
  }

  #endGroups(why: SignalboxError): void {
    this.#elections.close(why);
    this.#nodes.end(why);
    this.#mail.close();
  }

  async #tellProgress(): Promise<void> {
    this.#telling = true;
    try {
      while (this.#progressTold < this.#progress) {
        this.#progressTold = this.#progress;
        await this.declare({ progress: this.#progress });
      }
    } catch {
      // The next call tells it again; progress is a sign of life and not a promise.
      this.#progressTold = 0;
    } finally {
      this.#telling = false;
    }
  }
}

function isList(what: WantInput | readonly WantInput[]): what is readonly WantInput[] {
  return Array.isArray(what);
}
