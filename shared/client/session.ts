import type { AgentId, Answer, CommandId, Fence, Grant, Lock as LockRecord, Result } from "../model/index.ts";
import type { Holdings, Notice } from "../protocol/index.ts";
import { BackOff } from "./back-off.ts";
import type { ElectionNotice } from "./elections/elections.ts";
import { SignalboxError } from "./errors.ts";
import { Intent, type IntentOwner } from "./intent.ts";
import { type Certainty, instantNow, type Lease } from "./lease.ts";
import { isPassing, type Lock, type LockOwner, type Released, type WaitOptions } from "./lock.ts";
import { LockTable } from "./lock-table.ts";
import type { MessageNotice } from "./mail.ts";
import { Outbox } from "./outbox.ts";
import { type CommandBody, Requests, unexpectedResult } from "./requests.ts";

type AcquireBody = Extract<CommandBody, { type: "lock.acquire" }>;

export interface Asked {
  readonly result: Result;
  readonly resent: boolean;
}

export interface SessionEvents {
  /** Another agent handed a lock over to this one. */
  received(lock: Lock, from: AgentId): void;
  /** A resent wait may have ended while nobody could tell: the holdings have to be asked for once more. */
  doubtful(ids: readonly CommandId[]): void;
  /** Concerns a group, not what this session holds. */
  election(notice: ElectionNotice): void;
  /** Another agent says something. */
  message(message: MessageNotice): void;
  /** A drill: this agent's clock counts as running so many times as fast. */
  drift(rate: number): void;
  /** The lease was found over by clock. */
  leaseOver(): void;
  /** The server does not know this connection's session: resuming it tells why. */
  unbound(why: SignalboxError): void;
  /** The server says that the session ended. */
  ended(why: string, reason: string | undefined): void;
  problem(problem: SignalboxError): void;
}

/**
 * What this client has in one session: its locks, waits, intents and unanswered commands. It lives as long as the
 * session: over any number of connections, and not one moment longer.
 */
export class Session implements LockOwner, IntentOwner {
  readonly outbox: Outbox;
  readonly #events: SessionEvents;
  readonly #idPrefix = randomKey(6);
  #lastId = 0;
  /** Set from the join on. */
  lease: Lease | undefined;
  readonly #locks = new LockTable();
  readonly #intents = new Map<string, Intent>();
  readonly #requests: Requests;
  readonly #backOff = new BackOff();
  #over: SignalboxError | undefined;

  constructor(events: SessionEvents) {
    this.#events = events;
    this.outbox = new Outbox((problem) => events.problem(problem));
    this.#requests = new Requests({
      outbox: this.outbox,
      newId: () => this.#newId(),
      command: (body) => this.command(body),
      refused: (error) => this.#checkBound(error),
      upgraded: (fence, newFence) => this.#locks.rename(fence, newFence),
      doubtful: (ids) => events.doubtful(ids),
    });
  }

  get locks(): Lock[] {
    return this.#locks.all();
  }

  certainty(): Certainty {
    if (this.#over !== undefined) return "lost";
    const certainty = this.lease?.certainty(instantNow()) ?? "held";
    if (certainty === "lost") this.#events.leaseOver();
    return certainty;
  }

  // -- Commands

  /** Sends a command and gives its result; throws what it was refused with. */
  async command(body: CommandBody): Promise<Result> {
    return (await this.ask(body)).result;
  }

  /** As `command`; `resent` when it was sent on an earlier connection already, so that the result may be an old one. */
  ask(body: CommandBody): Promise<Asked> {
    return new Promise((resolve, reject) => {
      if (this.#over !== undefined) {
        reject(this.#over);
        return;
      }
      const settle = (answer: Answer, resent: boolean): void => {
        if (answer.ok) {
          resolve({ result: answer.result, resent });
          return;
        }
        const error = SignalboxError.from(answer.error);
        this.#checkBound(error);
        reject(error);
      };
      this.outbox.push({ ...body, id: this.#newId() }, settle, reject);
    });
  }

  async acquire(body: Omit<AcquireBody, "type">, signal: AbortSignal | undefined): Promise<Lock[]> {
    const waitMs = this.#backOff.isOn ? await this.#standBack(body, signal) : body.waitMs;
    if (this.#over !== undefined) throw this.#over;
    return this.#requests.ask({
      body: { type: "lock.acquire", ...body, waitMs },
      signal,
      taken: (outcome) => {
        if (outcome.kind !== "granted") throw unexpectedResult("lock.acquire");
        return body.wants.map(({ resource }) => this.#locks.add(this, this.#grantOf(resource, outcome.grants), outcome.conflicts));
      },
    });
  }

  async release(lock: Lock, wrote: boolean): Promise<Released> {
    if (lock.fence === null) return {};
    let result: Result;
    try {
      result = await this.command({ type: "lock.release", resource: lock.resource, fence: lock.fence, wrote });
    } catch (error) {
      if (!isPassing(error)) this.#locks.remove(lock);
      throw error;
    }
    this.#locks.remove(lock);
    if (result.status === "written") return { version: result.version };
    if (result.status !== "compensate") return {};
    const { winner, current } = result;
    throw new SignalboxError("compensate", `${winner} wrote ${lock.resource} first (version ${current}): undo what you wrote, or read it anew and redo it.`);
  }

  async upgrade(lock: Lock, { waitMs, signal }: WaitOptions): Promise<void> {
    const fence = this.#currentFence(lock);
    const body = { type: "lock.upgrade", resource: lock.resource, fence, waitMs } as const;
    await this.#requests.ask({ body, upgradeOf: fence, signal, taken: () => undefined });
  }

  async downgrade(lock: Lock): Promise<void> {
    await this.command({ type: "lock.downgrade", resource: lock.resource, fence: this.#currentFence(lock) });
  }

  async transfer(lock: Lock, to: AgentId): Promise<void> {
    const fence = this.#currentFence(lock);
    await this.command({ type: "lock.transfer", resource: lock.resource, fence, to });
    this.#locks.handOver(fence);
  }

  async announce(body: Omit<Extract<CommandBody, { type: "intent.announce" }>, "type">): Promise<Intent> {
    const result = await this.command({ type: "intent.announce", ...body });
    if (result.status !== "announced") throw unexpectedResult("intent.announce");
    const intent = new Intent(this, result.intent, result.conflicts);
    this.#intents.set(result.intent, intent);
    intent.onEnd(() => this.#intents.delete(result.intent));
    return intent;
  }

  // -- What the server says

  /** After a join or a resume, before anything else is sent: the holdings are the truth. */
  reconcile(holdings: Holdings): void {
    const held = holdings.locks.filter((lock) => lock.coolingUntilMs === undefined);
    // What no request of this client asked for was handed over by somebody.
    const foreign = held.filter((lock) => !this.#requests.concerns(lock.command) && !this.outbox.has(lock.command));
    // Before the locks the waits: an upgrade that went through renames what would else be missing.
    this.#requests.reconcile(holdings, held, (fence) => this.#locks.of(fence)[0]?.resource);
    const fences = new Set(held.map((lock) => lock.fence));
    for (const fence of this.#locks.fences()) {
      if (!fences.has(fence)) this.#locks.lose(fence, new SignalboxError("lost", "The lock was taken away while the connection was lost."));
    }
    for (const lock of foreign) this.#receive(lock, lock.agent);
    const intents = new Set(holdings.intents.map((intent) => intent.intent));
    for (const intent of [...this.#intents.values()]) if (!intents.has(intent.intent)) intent.end("expired");
  }

  /** Holdings asked for in the midst of things: only the doubtful waits are judged by them. */
  settleDoubtful(ids: readonly CommandId[], holdings: Holdings): void {
    this.#requests.settleByHoldings(ids, holdings);
  }

  notice(notice: Notice): void {
    switch (notice.type) {
      case "granted":
        this.#requests.granted(notice.command, notice.locks, []);
        return;
      case "upgraded":
        this.#requests.upgraded(notice.command, notice.fence, notice.newFence);
        return;
      case "dequeued":
        this.#requests.dequeued(notice.command, notice.why);
        return;
      case "revoked":
        this.#locks.lose(notice.fence, new SignalboxError("lost", revocation(notice)));
        return;
      case "received":
        this.#receive(notice.lock, notice.from);
        return;
      case "conflict":
        if (notice.about === "intent") this.#intents.get(notice.subject)?.tellConflict(notice.conflict);
        if (notice.about === "lock") for (const lock of this.#locks.of(notice.subject)) lock.tellConflict(notice.conflict);
        return;
      case "clock":
        this.lease?.drift(notice.rate, instantNow());
        this.#events.drift(notice.rate);
        return;
      case "clockJump":
        this.lease?.jump(notice.byMs);
        return;
      case "backOff":
        this.#backOff.begin(notice);
        return;
      case "leader":
      case "proclaimed":
      case "ballot":
      case "ballotEnded":
      case "candidacyEnded":
        this.#events.election(notice);
        return;
      case "message":
        this.#events.message(notice);
        return;
      case "intentEnded":
        this.#intents.get(notice.intent)?.end(notice.why);
        return;
      case "ended":
        this.#events.ended(notice.why, notice.reason);
        return;
    }
  }

  /** The lease is in doubt: told to every holder. */
  doubt(): void {
    for (const lock of this.locks) lock.doubt();
  }

  /** The session is over: every lock of it is lost, every wait and every command fails. */
  end(error: SignalboxError): void {
    if (this.#over !== undefined) return;
    this.#over = error;
    this.#backOff.end();
    for (const fence of this.#locks.fences()) this.#locks.lose(fence, error);
    for (const intent of [...this.#intents.values()]) intent.end("sessionEnded");
    this.outbox.fail(error);
    this.#requests.end(error);
  }

  // -- Within

  #newId(): CommandId {
    this.#lastId++;
    return `${this.#idPrefix}${this.#lastId}`;
  }

  /** Waits until it may ask; gives what is left of its `waitMs`. */
  #standBack({ wants, waitMs }: Omit<AcquireBody, "type">, signal: AbortSignal | undefined): Promise<number | undefined> {
    const holds = this.locks.map((lock) => lock.resource);
    return this.#backOff.over({ wants: wants.map(({ resource }) => resource), holds, waitMs, signal });
  }

  #checkBound(error: SignalboxError): void {
    if (error.code === "noSession") this.#events.unbound(error);
  }

  /** Another agent handed it over; told once, by a notice or by the holdings. */
  #receive(lock: LockRecord, from: AgentId): void {
    if (!this.#locks.has(lock.fence)) this.#events.received(this.#locks.add(this, toGrant(lock), []), from);
  }

  /**
   * What one want of a request was granted. Holdings name a lock that was re-entered under the request that took it first,
   * and nothing names a resource at level `none`, which is not recorded.
   */
  #grantOf(resource: string, grants: readonly Grant[]): Grant {
    const grant = grants.find((each) => each.resource === resource);
    if (grant !== undefined) return toGrant(grant);
    return this.locks.find((lock) => lock.resource === resource && lock.fence !== null) ?? { resource, fence: null, level: "none", guarded: false };
  }

  #currentFence(lock: Lock): Fence {
    if (lock.fence === null) throw new SignalboxError("unsupported", `${lock.resource} is at level none: nothing is recorded that could be changed.`);
    if (lock.state === "lost" || lock.state === "released") lock.assertHeld();
    return lock.fence;
  }
}

/** A lock record tells a holder more than it needs; the handle keeps what a grant says. */
function toGrant({ resource, fence, level, guarded, holdUntilMs, version }: Grant): Grant {
  return { resource, fence, level, guarded, holdUntilMs, version };
}

function revocation({ resource, why, by, reason }: Extract<Notice, { type: "revoked" }>): string {
  return `The lock on ${resource} was taken away (${why}${by === undefined ? "" : ` by ${by}`}${reason === undefined ? "" : `: ${reason}`}).`;
}

/** Random letters and digits, also where a browser's page is not in a secure context. */
export function randomKey(length: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => (byte % 36).toString(36)).join("");
}
