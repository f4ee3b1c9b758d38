import type { CommandError } from "../../shared/model/index.ts";
import type { Limits } from "../config/schema.ts";
import { TokenBucket } from "./token-bucket.ts";

/** An account floods once it was refused so often for its rate, where each message that was not refused makes up for ten. */
const refusalsOfFlood = 20_000;
const forgivenPerMessage = 10;

/** What one principal has used of its share, over all its connections. */
export class Account {
  readonly principal: string;
  readonly #limits: Limits;
  readonly #messages: TokenBucket;
  /** Leases must not run out because a colleague floods: heartbeats have a share of their own. */
  readonly #heartbeats: TokenBucket;
  connections = 0;
  /** Commands that were taken and not yet answered. */
  outstanding = 0;
  #refusals = 0;

  constructor(principal: string, limits: Limits, nowMs: number) {
    this.principal = principal;
    this.#limits = limits;
    this.#messages = new TokenBucket(limits.commandsPerSecond, limits.commandBurst, nowMs);
    this.#heartbeats = new TokenBucket(limits.connections, 2 * limits.connections, nowMs);
  }

  /** Takes the price of a message, counted in commands; otherwise says why not and when to try again. */
  pay(commands: number, nowMs: number): CommandError | undefined {
    const retryMs = this.#messages.take(commands, nowMs);
    if (retryMs === 0) {
      this.#refusals = Math.max(0, this.#refusals - forgivenPerMessage);
      return undefined;
    }
    this.#refusals++;
    return limitError(`${this.principal} may send ${this.#limits.commandsPerSecond} commands a second`, retryMs);
  }

  payHeartbeat(nowMs: number): CommandError | undefined {
    const retryMs = this.#heartbeats.take(1, nowMs);
    return retryMs === 0 ? undefined : limitError(`${this.principal} may send ${this.#limits.connections} heartbeats a second`, retryMs);
  }

  /** Takes the place of a command that waits for its answer; whoever answers it counts `outstanding` down. */
  begin(): CommandError | undefined {
    if (this.outstanding < this.#limits.outstandingCommands) {
      this.outstanding++;
      return undefined;
    }
    return limitError(`${this.principal} may have ${this.#limits.outstandingCommands} commands unanswered`, 100);
  }

  /** It goes on sending, many times over its rate, though it is refused time and again. */
  get floods(): boolean {
    return this.#refusals > refusalsOfFlood;
  }
}

function limitError(rule: string, retryMs: number): CommandError {
  return { code: "limit", message: `${rule}; try again in ${retryMs} ms`, retryMs };
}

/** The accounts of all principals that are connected. */
export class Accounts {
  readonly #limits: Limits;
  readonly #byPrincipal = new Map<string, Account>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Why a principal may have no more connections; undefined when it may. */
  full(principal: string): CommandError | undefined {
    const { connections } = this.#limits;
    if ((this.#byPrincipal.get(principal)?.connections ?? 0) < connections) return undefined;
    return limitError(`${principal} may have ${connections} connections at the same time`, 10_000);
  }

  /** The principal's account, with one connection more. */
  connect(principal: string, nowMs: number): Account {
    const account = this.#byPrincipal.get(principal) ?? new Account(principal, this.#limits, nowMs);
    account.connections++;
    this.#byPrincipal.set(principal, account);
    return account;
  }

  disconnect(account: Account): void {
    account.connections--;
    if (account.connections === 0) this.#byPrincipal.delete(account.principal);
  }
}
