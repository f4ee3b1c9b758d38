import type { AgentId, Answer, CommandId, Conflict, Fence, Grant, Result } from "../model/index.ts";
import type { AgentCommandInput, Holdings, Notice } from "../protocol/index.ts";
import { SignalboxError } from "./errors.ts";
import { Intent, type IntentOwner } from "./intent.ts";
import { type Certainty, instantNow, type Lease } from "./lease.ts";
import { isPassing, Lock, type LockOwner, type Released, type WaitOptions } from "./lock.ts";
import { Outbox } from "./outbox.ts";
import { type Outcome, WaitingRoom, waitEnded } from "./waiting.ts";

/** A command without its id: the session names it. */
export type CommandBody = AgentCommandInput extends infer C ? (C extends { id: string } ? Omit<C, "id"> : never) : never;
type AcquireBody = Extract<CommandBody, { type: "lock.acquire" }>;

export interface SessionEvents {
  /** Another agent handed a lock over to this one. */
  received(lock: Lock, from: AgentId): void;
  /** A resent wait may have ended while nobody could tell: the holdings have to be asked for once more. */
  doubtful(ids: readonly CommandId[]): void;
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
  /** By fence. Re-entrance: several handles may stand for one lock. */
  readonly #locks = new Map<Fence, Set<Lock>>();
  readonly #intents = new Map<string, Intent>();
  readonly #waiting = new WaitingRoom();
  /** Requests given up after they left. One that is granted all the same goes back. */
  readonly #abandoned = new Set<CommandId>();
  /** Resent waits whose first answer came again in this tick. */
  #doubtful: CommandId[] = [];
  #over: SignalboxError | undefined;

  constructor(events: SessionEvents) {
    this.#events = events;
    this.outbox = new Outbox((problem) => events.problem(problem));
  }

  get locks(): Lock[] {
    return [...this.#locks.values()].flatMap((handles) => [...handles]);
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
    const answer = await this.#ask(this.#newId(), body);
    this.#checkBound(answer);
    if (!answer.ok) throw SignalboxError.from(answer.error);
    return answer.result;
  }

  acquire(body: Omit<AcquireBody, "type">, signal: AbortSignal | undefined): Promise<Lock[]> {
    return this.#wait({ type: "lock.acquire", ...body }, undefined, signal, (outcome) => {
      if (outcome.kind !== "granted") throw unexpected("lock.acquire");
      // Resources at level `none` are not recorded, so a grant after waiting does not name them.
      return body.wants.map(({ resource }) => {
        const grant = outcome.grants.find((each) => each.resource === resource) ?? { resource, fence: null, level: "none", guarded: false };
        return this.#handle(grant, outcome.conflicts);
      });
    });
  }

  async release(lock: Lock, wrote: boolean): Promise<Released> {
    if (lock.fence === null) return {};
    let result: Result;
    try {
      result = await this.command({ type: "lock.release", resource: lock.resource, fence: lock.fence, wrote });
    } catch (error) {
      if (!isPassing(error)) this.#forget(lock);
      throw error;
    }
    this.#forget(lock);
    if (result.status === "written") return { version: result.version };
    if (result.status !== "compensate") return {};
    const { winner, current } = result;
    throw new SignalboxError("compensate", `${winner} wrote ${lock.resource} first (version ${current}): undo what you wrote, or read it anew and redo it.`);
  }

  async upgrade(lock: Lock, { waitMs, signal }: WaitOptions): Promise<void> {
    const fence = this.#currentFence(lock);
    await this.#wait({ type: "lock.upgrade", resource: lock.resource, fence, waitMs }, fence, signal, () => undefined);
  }

  async downgrade(lock: Lock): Promise<void> {
    await this.command({ type: "lock.downgrade", resource: lock.resource, fence: this.#currentFence(lock) });
  }

  async transfer(lock: Lock, to: AgentId): Promise<void> {
    const fence = this.#currentFence(lock);
    await this.command({ type: "lock.transfer", resource: lock.resource, fence, to });
    for (const handle of this.#take(fence)) handle.handOver();
  }

  async announce(body: Omit<Extract<CommandBody, { type: "intent.announce" }>, "type">): Promise<Intent> {
    const result = await this.command({ type: "intent.announce", ...body });
    if (result.status !== "announced") throw unexpected("intent.announce");
    const intent = new Intent(this, result.intent, result.conflicts);
    this.#intents.set(result.intent, intent);
    intent.onEnd(() => this.#intents.delete(result.intent));
    return intent;
  }

  // -- What the server says

  /** After a join or a resume, before anything else is sent: the holdings are the truth. */
  reconcile(holdings: Holdings): void {
    const held = holdings.locks.filter((lock) => lock.coolingUntilMs === undefined);
    const known = new Set(this.#locks.keys());
    const byFence = new Map(held.map((lock) => [lock.fence, lock]));
    for (const [id, waiting] of this.#waiting.entries()) {
      const { upgradeOf } = waiting;
      if (upgradeOf === undefined || byFence.has(upgradeOf)) continue;
      // The upgrade went through meanwhile: the same lock goes on under a new fence.
      const one = this.#locks.get(upgradeOf)?.values().next().value;
      const upgraded = held.find((lock) => lock.resource === one?.resource && lock.mode === "exclusive" && !known.has(lock.fence));
      if (upgraded !== undefined) this.#upgraded(id, upgradeOf, upgraded.fence);
    }
    for (const fence of [...this.#locks.keys()]) {
      if (!byFence.has(fence)) this.#lose(fence, new SignalboxError("lost", "The lock was taken away while the connection was lost."));
    }
    for (const [id, waiting] of this.#waiting.entries()) if (waiting.queued) this.#settleByHoldings(id, holdings);
    for (const lock of held) {
      if (this.#locks.has(lock.fence) || this.#waiting.get(lock.command) !== undefined || this.outbox.has(lock.command)) continue;
      // Not known here: either granted to a wait that was given up meanwhile, or handed over by somebody.
      if (this.#abandoned.has(lock.command)) this.#granted(lock.command, [lock], []);
      else this.#events.received(this.#handle(lock, []), lock.agent);
    }
    const intents = new Set(holdings.intents.map((intent) => intent.intent));
    for (const intent of [...this.#intents.values()]) if (!intents.has(intent.intent)) intent.end("expired");
  }

  /** Holdings asked for in the midst of things: only the doubtful waits are judged by them. */
  settleDoubtful(ids: readonly CommandId[], holdings: Holdings): void {
    for (const id of ids) this.#settleByHoldings(id, holdings);
  }

  notice(notice: Notice): void {
    switch (notice.type) {
      case "granted":
        this.#granted(notice.command, notice.locks, []);
        return;
      case "upgraded":
        this.#upgraded(notice.command, notice.fence, notice.newFence);
        return;
      case "dequeued":
        this.#abandoned.delete(notice.command);
        this.#waiting.fail(notice.command, waitEnded(notice.why, this.#waiting.get(notice.command)?.blockers ?? []));
        return;
      case "revoked":
        this.#lose(notice.fence, new SignalboxError("lost", revocation(notice)));
        return;
      case "received":
        if (!this.#locks.has(notice.lock.fence)) this.#events.received(this.#handle(notice.lock, []), notice.from);
        return;
      case "conflict":
        this.#intents.get(notice.subject)?.tellConflict(notice.conflict);
        for (const lock of this.#locks.get(notice.subject) ?? []) lock.tellConflict(notice.conflict);
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
    for (const fence of [...this.#locks.keys()]) this.#lose(fence, error);
    for (const intent of [...this.#intents.values()]) intent.end("sessionEnded");
    this.outbox.fail(error);
    this.#waiting.failAll(error);
  }

  // -- Within

  #newId(): CommandId {
    this.#lastId++;
    return `${this.#idPrefix}${this.#lastId}`;
  }

  #ask(id: CommandId, body: CommandBody): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#over !== undefined) reject(this.#over);
      else this.outbox.push({ ...body, id }, (answer) => resolve(answer), reject);
    });
  }

  #checkBound(answer: Answer): void {
    if (!answer.ok && answer.error.code === "noSession") this.#events.unbound(SignalboxError.from(answer.error));
  }

  /** An acquire or an upgrade, until it is granted, refused, given up by its signal, or the session ends. */
  #wait<T>(body: CommandBody, upgradeOf: Fence | undefined, signal: AbortSignal | undefined, taken: (outcome: Outcome) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      if (this.#over !== undefined) {
        reject(this.#over);
        return;
      }
      const id = this.#newId();
      const giveUp = (): void => {
        this.#waiting.fail(id, signal?.reason);
        if (!this.outbox.withdraw(id)) this.#abandon(id);
      };
      signal?.addEventListener("abort", giveUp, { once: true });
      const stopListening = (): void => signal?.removeEventListener("abort", giveUp);
      this.#waiting.add(id, {
        queued: false,
        blockers: [],
        upgradeOf,
        // The handles are made here and now: the very next notice may already be about them.
        settle: (outcome) => {
          stopListening();
          resolve(taken(outcome));
        },
        fail: (error) => {
          stopListening();
          reject(error);
        },
      });
      this.outbox.push(
        { ...body, id },
        (answer, resent) => this.#waitAnswered(id, upgradeOf, answer, resent),
        (error) => this.#waiting.fail(id, error),
      );
    });
  }

  #waitAnswered(id: CommandId, upgradeOf: Fence | undefined, answer: Answer, resent: boolean): void {
    if (!answer.ok) {
      this.#abandoned.delete(id);
      this.#checkBound(answer);
      this.#waiting.fail(id, SignalboxError.from(answer.error));
      return;
    }
    const { result } = answer;
    if (result.status === "granted") this.#granted(id, result.locks, result.conflicts ?? []);
    else if (result.status === "fenced" && upgradeOf !== undefined) this.#upgraded(id, upgradeOf, result.fence);
    else if (result.status === "queued") {
      const waiting = this.#waiting.get(id);
      if (waiting === undefined) return;
      waiting.queued = true;
      waiting.blockers = result.blockers;
      if (!resent) return;
      // The first answer came again; the wait itself may be long over.
      if (this.#doubtful.push(id) === 1) queueMicrotask(() => this.#events.doubtful(this.#doubtful.splice(0)));
    } else this.#waiting.fail(id, unexpected(upgradeOf === undefined ? "lock.acquire" : "lock.upgrade"));
  }

  #granted(id: CommandId, grants: readonly Grant[], conflicts: readonly Conflict[]): void {
    if (this.#waiting.settle(id, { kind: "granted", grants: grants.map(toGrant), conflicts }) || !this.#abandoned.delete(id)) return;
    for (const { resource, fence } of grants) {
      if (fence !== null) this.#sendAndForget({ type: "lock.release", resource, fence });
    }
  }

  #abandon(id: CommandId): void {
    this.#abandoned.add(id);
    // Once it is cancelled no grant can come; where it is too late for that, the grant is here or on its way.
    void this.command({ type: "lock.cancel", acquire: id }).then(
      () => this.#abandoned.delete(id),
      () => undefined,
    );
  }

  #upgraded(id: CommandId, fence: Fence, newFence: Fence): void {
    const handles = this.#take(fence);
    for (const lock of handles) lock.rename(newFence);
    if (handles.size > 0) this.#locks.set(newFence, handles);
    this.#waiting.settle(id, { kind: "upgraded", newFence });
  }

  #settleByHoldings(id: CommandId, holdings: Holdings): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined || holdings.waits.some((wait) => wait.command === id)) return;
    const granted = holdings.locks.filter((lock) => lock.command === id && lock.coolingUntilMs === undefined);
    if (granted.length > 0) this.#granted(id, granted, []);
    else this.#waiting.fail(id, waitEnded("while the connection was lost", waiting.blockers));
  }

  #sendAndForget(body: CommandBody): void {
    void this.command(body).catch(() => undefined);
  }

  #handle(grant: Grant, conflicts: readonly Conflict[]): Lock {
    const lock = new Lock(this, grant, conflicts);
    if (grant.fence === null) return lock;
    const handles = this.#locks.get(grant.fence);
    if (handles === undefined) this.#locks.set(grant.fence, new Set([lock]));
    else handles.add(lock);
    return lock;
  }

  #currentFence(lock: Lock): Fence {
    if (lock.fence === null) throw new SignalboxError("unsupported", `${lock.resource} is at level none: nothing is recorded that could be changed.`);
    if (lock.state === "lost" || lock.state === "released") lock.assertHeld();
    return lock.fence;
  }

  #lose(fence: Fence, loss: SignalboxError): void {
    for (const lock of this.#take(fence)) lock.lose(loss);
  }

  #take(fence: Fence): Set<Lock> {
    const handles = this.#locks.get(fence) ?? new Set();
    this.#locks.delete(fence);
    return handles;
  }

  #forget(lock: Lock): void {
    if (lock.fence === null) return;
    const handles = this.#locks.get(lock.fence);
    handles?.delete(lock);
    if (handles?.size === 0) this.#locks.delete(lock.fence);
  }
}

/** A lock record tells a holder more than it needs; the handle keeps what a grant says. */
function toGrant({ resource, fence, level, guarded, holdUntilMs, version }: Grant): Grant {
  return { resource, fence, level, guarded, holdUntilMs, version };
}

function revocation({ resource, why, by, reason }: Extract<Notice, { type: "revoked" }>): string {
  return `The lock on ${resource} was taken away (${why}${by === undefined ? "" : ` by ${by}`}${reason === undefined ? "" : `: ${reason}`}).`;
}

function unexpected(type: string): SignalboxError {
  return new SignalboxError("protocol", `The server's result is none that ${type} can have.`);
}

/** Random letters and digits, also where a browser's page is not in a secure context. */
export function randomKey(length: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => (byte % 36).toString(36)).join("");
}
