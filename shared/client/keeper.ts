import type { AgentId } from "../model/index.ts";
import { type Holdings, heartbeatAnswerSchema, type JoinAnswer, joinAnswerSchema, type Notice, noticesSchema, protocolVersion } from "../protocol/index.ts";
import type { BoxStatus } from "./box.ts";
import type { ElectionNotice } from "./elections/elections.ts";
import { SignalboxError } from "./errors.ts";
import { type Instant, instantNow, Lease } from "./lease.ts";
import { Link } from "./link.ts";
import type { Lock } from "./lock.ts";
import type { MessageNotice } from "./mail.ts";
import { type ConnectOptions, type LogLevel, toJoin } from "./options.ts";
import { Pulse } from "./pulse.ts";
import { randomKey, Session } from "./session.ts";
import { socketTransport } from "./socket-transport.ts";
import type { Connection } from "./transport.ts";

const defaultTtlMs = 15_000;
const defaultConnectWaitMs = 10_000;
const longestBackoffMs = 5_000;
/** Trying again does not help against these. */
const fatalCodes: readonly string[] = ["unauthorized", "protocol", "invalid", "notFound", "unsupported"];

export interface KeeperEvents {
  status(status: BoxStatus, why: SignalboxError | undefined): void;
  received(lock: Lock, from: AgentId): void;
  /** What the server has of this session: the truth. */
  holdings(holdings: Holdings): void;
  election(notice: ElectionNotice): void;
  message(message: MessageNotice): void;
  /** A drill: the agent's clock counts as running so many times as fast. */
  drift(rate: number): void;
  /** The lease is in doubt. */
  doubt(): void;
  /** A session is over; another may follow. */
  sessionOver(why: SignalboxError): void;
}

/**
 * Keeps a session alive: joins, resumes after a lost connection, renews the lease, tells when it is in doubt, and begins
 * a new session when one is lost. A session that was given up here is never resumed, even if the server still has it:
 * its holders were told to stop, so it has to run out, with its lock-delay, before anybody is granted what it held.
 */
export class Keeper {
  readonly #options: ConnectOptions;
  readonly #events: KeeperEvents;
  readonly #link: Link;
  readonly #ttlMs: number;
  #resumeKey = randomKey(32);
  #session: Session;
  #holdings: Holdings | undefined;
  #pulse: Pulse | undefined;
  /** The connection on which the session is joined. */
  #connection: Connection | undefined;
  #status: BoxStatus = "connecting";
  /** Notices that came on this connection before the answer to its join or resume. */
  #early: Notice[] = [];
  #joinUnanswered = false;
  /** Until when an `agentPresent` may mean this client's own earlier session. */
  #ownGhostUntilMs = 0;
  #leaving = false;
  #lastProblem: SignalboxError | undefined;
  readonly #joinTimer: ReturnType<typeof setTimeout>;
  readonly joined: Promise<void>;
  #settleJoined: { resolve: () => void; reject: (error: SignalboxError) => void };

  constructor(options: ConnectOptions, events: KeeperEvents) {
    this.#options = options;
    this.#events = events;
    this.#ttlMs = options.ttlMs ?? defaultTtlMs;
    this.#session = this.#newSession();
    this.#settleJoined = { resolve: () => undefined, reject: () => undefined };
    this.joined = new Promise((resolve, reject) => {
      this.#settleJoined = { resolve, reject };
    });
    const { space, principal, token } = options;
    const handshake = { protocol: protocolVersion, space: space ?? "main", principal, token };
    this.#link = new Link(options.transport ?? socketTransport(options.url), handshake, Math.min(longestBackoffMs, this.#ttlMs / 3), {
      opened: (connection) => this.#opened(connection),
      message: (event, payload) => this.#message(event, payload),
      closed: (problem) => this.#disconnected(problem),
    });
    this.#joinTimer = setTimeout(() => this.close(this.#unreachable()), options.connectWaitMs ?? defaultConnectWaitMs);
    this.#link.start();
  }

  get session(): Session {
    return this.#session;
  }

  get sessionId(): string | undefined {
    return this.#holdings?.session;
  }

  get status(): BoxStatus {
    this.#session.certainty();
    return this.#status;
  }

  async leave(): Promise<void> {
    this.#leaving = true;
    try {
      if (this.#holdings !== undefined) await this.#session.command({ type: "session.leave" });
    } catch (error) {
      // A session that is over has been left.
      if (!(error instanceof SignalboxError) || (error.code !== "lost" && error.code !== "noSession" && error.code !== "closed")) throw error;
    } finally {
      this.close(new SignalboxError("closed", "The agent left."));
    }
  }

  close(why: SignalboxError): void {
    if (this.#status === "closed") return;
    clearTimeout(this.#joinTimer);
    this.#link.stop();
    this.#pulse?.stop();
    this.#connection = undefined;
    this.#session.end(why);
    this.#settleJoined.reject(why);
    this.#setStatus("closed", why);
  }

  // -- Connection

  #opened(connection: Connection): void {
    const session = this.#session;
    const sent = instantNow();
    const known = this.#holdings;
    const hello = known === undefined ? "join" : "resume";
    const message =
      known === undefined ? toJoin(this.#options, this.#resumeKey, this.#options.replace ?? false) : { session: known.session, resumeKey: this.#resumeKey };
    this.#joinUnanswered = known === undefined;
    this.#early = [];
    connection.ask(hello, message, (raw) => {
      if (this.#session !== session) return;
      this.#joinUnanswered = false;
      const answer = this.#parseHoldings(raw);
      if (!answer.ok) this.#refused(SignalboxError.from(answer.error), known !== undefined);
      else this.#settled(connection, answer.holdings, sent);
    });
  }

  #settled(connection: Connection, holdings: Holdings, sent: Instant): void {
    const session = this.#session;
    this.#holdings = holdings;
    this.#connection = connection;
    this.#link.settled();
    // A join begins a lease; a resume is not counted as a renewal, the heartbeat behind it is.
    session.lease ??= new Lease(holdings.ttlMs, sent);
    session.reconcile(holdings);
    this.#events.holdings(holdings);
    this.#tell(this.#early.splice(0));
    if (this.#session !== session) return;
    session.outbox.connected(connection);
    this.#pulse ??= new Pulse(session.lease, {
      beat: (at) => this.#beat(at),
      changed: (certainty) => {
        if (certainty === "lost") this.#lose(leaseOver(holdings.ttlMs));
        else this.#certaintyChanged(certainty);
      },
    });
    this.#pulse.beatNow();
    this.#ownGhostUntilMs = 0;
    clearTimeout(this.#joinTimer);
    this.#settleJoined.resolve();
    if (session.certainty() === "held") this.#setStatus("connected", undefined);
  }

  #refused(error: SignalboxError, resuming: boolean): void {
    if (resuming && error.code === "noSession") this.#lose(error);
    else if (error.code === "agentPresent" && this.#mayBeOwnGhost()) this.#link.reopen(error);
    else if (error.code === "agentPresent" || fatalCodes.includes(error.code)) this.close(error);
    else this.#link.reopen(error);
  }

  /** After a join whose answer was lost, or a session given up here, the server has the old one for at most a ttl. */
  #mayBeOwnGhost(): boolean {
    return performance.now() < this.#ownGhostUntilMs;
  }

  #disconnected(problem: SignalboxError): void {
    this.#connection = undefined;
    this.#session.outbox.disconnected();
    this.#lastProblem = problem;
    if (this.#joinUnanswered) {
      // The session may exist although its join was never answered.
      this.#joinUnanswered = false;
      this.#expectOwnGhost();
    }
    this.#log("info", "connection lost", { problem: problem.message });
    if (fatalCodes.includes(problem.code)) this.close(problem);
    else if (this.#status === "connected") this.#setStatus("connecting", problem);
  }

  #message(event: string, payload: unknown): void {
    if (event === "notices") this.#notices(payload);
    else this.#log("warn", "message from the server", { event, payload });
  }

  #notices(payload: unknown): void {
    const notices = noticesSchema.safeParse(payload);
    if (!notices.success) this.#log("warn", "malformed notices from the server", { problem: notices.error.message });
    // Before the holdings are here they would be judged by what was known before the connection was lost.
    else if (this.#connection === undefined) this.#early.push(...notices.data);
    else this.#tell(notices.data);
  }

  #tell(notices: readonly Notice[]): void {
    const session = this.#session;
    for (const notice of notices) {
      if (this.#session !== session) return;
      session.notice(notice);
      // The timers were set by another clock.
      if (notice.type === "clock" || notice.type === "clockJump") this.#pulse?.look();
    }
  }

  // -- Lease

  #beat(sent: Instant): void {
    const session = this.#session;
    const connection = this.#connection;
    connection?.ask("heartbeat", {}, (raw) => {
      if (this.#session !== session || session.lease === undefined) return;
      const answer = heartbeatAnswerSchema.safeParse(raw);
      if (!answer.success) this.#log("warn", "malformed answer to a heartbeat", { problem: answer.error.message });
      else if (answer.data.ok) {
        // First the clock, then the renewal: an answer that was read too late revives nothing.
        if (session.certainty() === "lost") return;
        session.lease.renew(sent, answer.data.ttlMs);
        this.#pulse?.look();
      } else if (answer.data.error.code === "noSession") this.#link.reopen(SignalboxError.from(answer.data.error));
      else this.#log("warn", "heartbeat refused", { problem: answer.data.error.message });
    });
  }

  #certaintyChanged(certainty: "held" | "uncertain"): void {
    if (certainty === "held") {
      this.#setStatus(this.#connection === undefined ? "connecting" : "connected", undefined);
      return;
    }
    const problem = new SignalboxError("uncertain", "The server has not answered a heartbeat for two thirds of the lease.");
    this.#setStatus("uncertain", problem);
    this.#session.doubt();
    this.#events.doubt();
    // Whatever became of this connection, a new one finds out sooner than its own timeout.
    this.#link.reopen(problem);
  }

  /** The session is over. What it held is lost; a new one begins. */
  #lose(why: SignalboxError, rejoin = this.#options.rejoin ?? true): void {
    const ended = this.#session;
    this.#pulse?.stop();
    this.#pulse = undefined;
    this.#holdings = undefined;
    this.#resumeKey = randomKey(32);
    this.#session = this.#newSession();
    const loss = why.code === "lost" ? why : new SignalboxError("lost", `The session is over: ${why.message}`, { cause: why });
    ended.end(loss);
    this.#events.sessionOver(loss);
    if (!rejoin || this.#leaving) {
      this.close(why);
      return;
    }
    this.#expectOwnGhost();
    this.#setStatus("lost", why);
    this.#link.reopen(why);
  }

  #unreachable(): SignalboxError {
    const { url, connectWaitMs } = this.#options;
    const why = this.#lastProblem?.message ?? "Nothing answered.";
    return new SignalboxError("unavailable", `Could not join at ${url} within ${connectWaitMs ?? defaultConnectWaitMs} ms. ${why}`, {
      cause: this.#lastProblem,
    });
  }

  #expectOwnGhost(): void {
    this.#ownGhostUntilMs = performance.now() + this.#ttlMs * 2;
  }

  // -- Session

  #newSession(): Session {
    const session: Session = new Session({
      received: (lock, from) => this.#events.received(lock, from),
      doubtful: (ids) => this.#askHoldings(session, (holdings) => session.settleDoubtful(ids, holdings)),
      election: (notice) => this.#events.election(notice),
      message: (message) => this.#events.message(message),
      drift: (rate) => this.#events.drift(rate),
      leaseOver: () => {
        if (this.#session === session) this.#lose(leaseOver(session.lease?.ttlMs ?? this.#ttlMs));
      },
      unbound: (why) => {
        if (this.#session === session) this.#link.reopen(why);
      },
      ended: (why, reason) => {
        // Put out by an operator, or by another process under this name: coming back would only fight them.
        const rejoin = why === "expired" && this.#options.rejoin !== false;
        if (this.#session === session && !this.#leaving)
          this.#lose(new SignalboxError("lost", `The server ended the session (${why}${reason === undefined ? "" : `: ${reason}`}).`), rejoin);
      },
      problem: (problem) => this.#log("warn", problem.message),
    });
    return session;
  }

  /** Asks for the holdings once more and has them told, where they are not out of date by then. */
  recheck(): void {
    this.#askHoldings(this.#session, (holdings) => this.#events.holdings(holdings));
  }

  #askHoldings(session: Session, then: (holdings: Holdings) => void): void {
    const connection = this.#connection;
    if (connection === undefined || this.#holdings === undefined) return;
    connection.ask("resume", { session: this.#holdings.session, resumeKey: this.#resumeKey }, (raw) => {
      if (this.#session !== session) return;
      const answer = this.#parseHoldings(raw);
      if (answer.ok) then(answer.holdings);
      else this.#link.reopen(SignalboxError.from(answer.error));
    });
  }

  #parseHoldings(raw: unknown): JoinAnswer {
    const parsed = joinAnswerSchema.safeParse(raw);
    if (parsed.success) return parsed.data;
    return { ok: false, error: { code: "protocol", message: `The server's answer is not one of this protocol: ${parsed.error.message}` } };
  }

  #setStatus(status: BoxStatus, why: SignalboxError | undefined): void {
    if (this.#status === status) return;
    this.#status = status;
    this.#log(status === "lost" || status === "uncertain" ? "warn" : "info", `box ${status}`, { agent: this.#options.agent, why: why?.message });
    this.#events.status(status, why);
  }

  #log(level: LogLevel, message: string, detail?: object): void {
    this.#options.log?.(level, message, detail);
  }
}

function leaseOver(ttlMs: number): SignalboxError {
  return new SignalboxError("lost", `No heartbeat was answered within the lease of ${ttlMs} ms.`);
}
