import { type Answer, limits } from "../model/index.ts";
import { type AgentCommandInput, answersSchema } from "../protocol/index.ts";
import { SignalboxError } from "./errors.ts";
import type { Connection } from "./transport.ts";

/** Unanswered commands at a time: as many as the server remembers answers of, so that every one of them can be resent. */
export const outstandingLimit = limits.answersPerSender;
/** Commands that may wait for their turn behind those. */
export const backlogLimit = 1_000;

/** How often a command that an overloaded server put off is sent again by itself, and how long it is put off at most for that. */
const retriesAtMost = 5;
const retryWithinMs = 5_000;

interface Entry {
  readonly command: AgentCommandInput;
  readonly settle: (answer: Answer, resent: boolean) => void;
  readonly fail: (error: SignalboxError) => void;
  /** Sent on the connection of now. */
  sent: boolean;
  /** Sent on an earlier connection: the server may have done it already. */
  sentBefore: boolean;
  /** Put off by the server until then. */
  timer: ReturnType<typeof setTimeout> | undefined;
  retries: number;
}

/**
 * Commands on their way. Those issued in one tick go as one message; after a lost connection the unanswered ones go
 * again, in order and under the same ids, so each is done once. So do those that an overloaded server put off, each after
 * a time of its own.
 */
export class Outbox {
  readonly #entries = new Map<string, Entry>();
  readonly #onProblem: (problem: SignalboxError) => void;
  #outstanding = 0;
  #connection: Connection | undefined;
  #scheduled = false;

  /** `onProblem` hears of answers that are not what the protocol says. */
  constructor(onProblem: (problem: SignalboxError) => void) {
    this.#onProblem = onProblem;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Queues a command. `settle` gets its answer; `fail` is called instead when no answer will ever come. */
  push(command: AgentCommandInput, settle: Entry["settle"], fail: Entry["fail"]): void {
    if (this.#entries.size >= outstandingLimit + backlogLimit) {
      const advice = "Await answers before asking for more.";
      fail(new SignalboxError("limit", `${outstandingLimit} commands are unanswered and ${backlogLimit} more wait behind them. ${advice}`));
      return;
    }
    this.#entries.set(command.id, { command, settle, fail, sent: false, sentBefore: false, timer: undefined, retries: 0 });
    this.#schedule();
  }

  /** Takes a command back that never left. False when it may have reached the server. */
  withdraw(id: string): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.sent || entry.sentBefore) return false;
    clearTimeout(entry.timer);
    return this.#entries.delete(id);
  }

  has(id: string): boolean {
    return this.#entries.has(id);
  }

  connected(connection: Connection): void {
    this.#connection = connection;
    this.#schedule();
  }

  disconnected(): void {
    this.#connection = undefined;
    this.#outstanding = 0;
    for (const entry of this.#entries.values()) {
      entry.sentBefore ||= entry.sent;
      entry.sent = false;
    }
  }

  /** The session is over: no answer will come. */
  fail(error: SignalboxError): void {
    this.disconnected();
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const entry of entries) {
      clearTimeout(entry.timer);
      entry.fail(error);
    }
  }

  #schedule(): void {
    if (this.#scheduled || this.#connection === undefined) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    const batch: Entry[] = [];
    if (this.#outstanding < this.#entries.size) {
      for (const entry of this.#entries.values()) {
        if (this.#outstanding + batch.length >= outstandingLimit) break;
        if (entry.sent || entry.timer !== undefined) continue;
        entry.sent = true;
        batch.push(entry);
      }
    }
    if (batch.length === 0) return;
    this.#outstanding += batch.length;
    connection.ask(
      "commands",
      batch.map((entry) => entry.command),
      (message) => {
        if (this.#connection === connection) this.#answered(batch, message);
      },
    );
  }

  #answered(batch: readonly Entry[], message: unknown): void {
    this.#outstanding -= batch.length;
    const parsed = answersSchema.safeParse(message);
    const answers = new Map(parsed.success ? parsed.data.map((answer) => [answer.id, answer]) : []);
    if (!parsed.success) this.#onProblem(new SignalboxError("protocol", `The server's answer is not one of this protocol: ${parsed.error.message}`));
    for (const entry of batch) {
      const { id, type } = entry.command;
      const answer = answers.get(id);
      if (answer !== undefined && this.#isPutOff(entry, answer)) continue;
      this.#entries.delete(id);
      if (answer === undefined) entry.fail(new SignalboxError("protocol", `The server gave no valid answer to ${type} (${id}).`));
      else entry.settle(answer, entry.sentBefore);
    }
    this.#schedule();
  }

  /** Goes again under the same id after `retryMs` to twice that, so that not all come back at once. */
  #isPutOff(entry: Entry, answer: Answer): boolean {
    if (answer.ok || answer.error.code !== "unavailable") return false;
    const { retryMs } = answer.error;
    if (retryMs === undefined || retryMs > retryWithinMs || entry.retries >= retriesAtMost) return false;
    entry.retries++;
    entry.sent = false;
    entry.timer = setTimeout(
      () => {
        entry.timer = undefined;
        this.#schedule();
      },
      retryMs * (1 + Math.random()),
    );
    return true;
  }
}
