import { timingSafeEqual } from "node:crypto";
import type { Socket } from "socket.io";
import { groupsOf } from "../../shared/host/index.ts";
import { type AgentCommand, agentCommandSchema, type CommandError, type CommandOf, type SystemCommand } from "../../shared/model/index.ts";
import {
  type AgentToServer,
  type Holdings,
  heartbeatSchema,
  joinSchema,
  type Notice,
  protocolVersion,
  resumeSchema,
  type ServerToAgent,
} from "../../shared/protocol/index.ts";
import { sha256 } from "../config/tokens.ts";
import type { Account } from "./accounts.ts";
import { type BatchOptions, runCommands } from "./batch.ts";
import { Connection, type Place } from "./connection.ts";
import { altered } from "./faults/altered.ts";
import { Link } from "./faults/link.ts";
import type { Malformed, Troubled } from "./faults/troublemaker.ts";
import { invalid, type Reply } from "./messages.ts";

export type AgentSocket = Socket<AgentToServer, ServerToAgent>;

/** Which connection speaks for a session at the moment. */
export type SessionConnections = Map<string, AgentConnection>;

export interface AgentConnectionOptions {
  readonly socket: AgentSocket;
  readonly place: Place;
  readonly account: Account;
  readonly sessions: SessionConnections;
  readonly newId: () => string;
}

/** One agent's connection. It speaks for at most one session, and a session has at most one connection. */
export class AgentConnection extends Connection<keyof AgentToServer> implements Troubled {
  protected override readonly namespace = "/agents";
  protected override readonly messages = ["join", "resume", "commands", "heartbeat"] as const;
  readonly #socket: AgentSocket;
  readonly #sessions: SessionConnections;
  readonly #newId: () => string;
  readonly #batch: BatchOptions<AgentCommand>;
  readonly #link: Link;
  /** Whom a join or a resume that is under way names. */
  #named: Named | undefined;
  #session: string | undefined;

  constructor({ socket, place, account, sessions, newId }: AgentConnectionOptions) {
    super(socket, place, account);
    this.#socket = socket;
    this.#sessions = sessions;
    this.#newId = newId;
    this.#link = new Link(place, () => this.#agent());
    this.#batch = { schema: agentCommandSchema, place, account, from: (command) => ({ from: "agent", session: this.#session ?? "", command }) };
  }

  /** @param from the session that caused them, where it was one. */
  notify(notices: readonly Notice[], from?: string): void {
    if (this.isClogged()) return;
    this.#link.carry("notice", "notices", () => this.#socket.emit("notices", [...notices]), from);
    if (notices.some((notice) => notice.type === "ended")) this.#unbind();
  }

  disconnected(): void {
    const session = this.#unbind();
    if (session !== undefined) this.space.submit({ from: "system", command: { type: "session.disconnect", session } });
  }

  breakOff(): void {
    this.#socket.disconnect(true);
  }

  mended(): void {
    if (this.#link.missed && !this.#link.cuts) this.breakOff();
  }

  pester(messages: readonly Malformed[]): void {
    for (const { event, content } of messages) if (this.#socket.connected) this.arrive(event, [content, ignore]);
  }

  forge(commands: readonly AgentCommand[]): void {
    runCommands(commands, this.#batch, ignore, this.#session === undefined ? noSession : undefined);
  }

  protected override receive(event: keyof AgentToServer, message: unknown, reply: Reply) {
    if (this.space.state.faults.size === 0) return this.#take(event, message, reply);
    this.#named = nameIn(message) ?? this.#named;
    const troubled: Reply = (...answer) => this.#link.carry("answer", event, () => reply(...answer));
    this.#link.carry("in", event, () => this.#take(event, event === "commands" ? altered(message, this.#link.faults()) : message, troubled));
  }

  /** Which agent is at the other end, or who it says it is: a fault keeps an agent out before it joined, too. */
  #agent(): string | undefined {
    const session = this.#session ?? this.#named?.session;
    return (session === undefined ? undefined : this.space.state.sessions.get(session)?.agent) ?? this.#named?.agent;
  }

  #take(event: keyof AgentToServer, message: unknown, reply: Reply) {
    switch (event) {
      case "commands":
        return runCommands(message, this.#batch, reply, this.#session === undefined ? noSession : undefined);
      case "heartbeat":
        return this.#heartbeat(message, reply);
      case "join":
        return this.#join(message, reply);
      case "resume":
        return this.#resume(message, reply);
    }
  }

  protected override price(event: keyof AgentToServer): number {
    // Heartbeats have their own share; commands are paid one by one.
    return event === "heartbeat" || event === "commands" ? 0 : 1;
  }

  #heartbeat(message: unknown, reply: Reply) {
    const parsed = heartbeatSchema.safeParse(message);
    if (!parsed.success) return refuse(reply, invalid(parsed.error));
    if (this.#session === undefined) return refuse(reply, noSession);
    const limited = this.account.payHeartbeat(this.space.nowMs());
    if (limited !== undefined) return refuse(reply, limited);
    const renewed = this.space.renew(this.#session);
    if (!renewed.ok) return refuse(reply, renewed.error);
    reply({ ok: true, ttlMs: renewed.ttlMs, serverMs: this.space.nowMs() });
  }

  #join(message: unknown, reply: Reply) {
    const parsed = joinSchema.safeParse(message);
    if (!parsed.success) return refuse(reply, invalid(parsed.error));
    if (this.#session !== undefined) {
      return refuse(reply, {
        code: "conflict",
        message: `this connection already speaks for session ${this.#session}: leave it first, or open another connection`,
      });
    }
    const { resumeKey, ...join } = parsed.data;
    const { principal } = this.account;
    const resumeHash = sha256(resumeKey);
    const present = this.space.state.sessions.get(this.space.state.agents.get(join.agent) ?? "");
    // The same join once more, its answer having been lost: the same session.
    if (!join.replace && present !== undefined && present.principal === principal && sameHash(present.resumeHash, resumeHash)) {
      return this.#renewAndConnect(present.session, reply);
    }
    if (join.replace && present !== undefined && present.principal !== principal) {
      return refuse(reply, {
        code: "unauthorized",
        field: "replace",
        message: `agent ${join.agent} belongs to ${present.principal}, so ${principal} cannot replace it`,
      });
    }
    this.#begin(reply, { type: "session.join", ...join, session: this.#newId(), principal, resumeHash });
  }

  #resume(message: unknown, reply: Reply) {
    const parsed = resumeSchema.safeParse(message);
    if (!parsed.success) return refuse(reply, invalid(parsed.error));
    const { session, resumeKey } = parsed.data;
    if (this.#session !== undefined && this.#session !== session) {
      return refuse(reply, { code: "conflict", message: `this connection already speaks for session ${this.#session}: resume on a connection of its own` });
    }
    const record = this.space.state.sessions.get(session);
    if (record === undefined) return refuse(reply, { ...noSession, message: `session ${session} is over or never was: join anew` });
    if (record.principal !== this.account.principal || !sameHash(record.resumeHash, sha256(resumeKey))) {
      return refuse(reply, { code: "unauthorized", message: `session ${session} is not yours: its principal or its resume key is another` });
    }
    this.#renewAndConnect(session, reply);
  }

  /** The agent is alive, however long its connection was gone. */
  #renewAndConnect(session: string, reply: Reply) {
    const renewed = this.space.renew(session);
    if (!renewed.ok) return refuse(reply, renewed.error);
    this.#begin(reply, { type: "session.connect", session });
  }

  /** Speaks for the session from now on, and answers with what it holds at this moment, once that is durable. */
  #begin(reply: Reply, command: CommandOf<SystemCommand, "session.join" | "session.connect">) {
    const { session } = command;
    let holdings: Holdings | undefined;
    this.#bind(session);
    this.space.submit(
      { from: "system", command },
      {
        answered: (answer) => {
          if (answer.ok && holdings !== undefined) return reply({ ok: true, holdings });
          if (this.#session === session) this.#unbind();
          refuse(reply, answer.ok ? noSession : answer.error);
        },
      },
    );
    holdings = this.#holdings(session);
  }

  /** The session's own connection from now on; an older one is closed. */
  #bind(session: string): void {
    const older = this.#sessions.get(session);
    if (older !== undefined && older !== this) older.#replaced();
    this.#session = session;
    this.#sessions.set(session, this);
  }

  #unbind(): string | undefined {
    const session = this.#session;
    this.#session = undefined;
    if (session === undefined || this.#sessions.get(session) !== this) return undefined;
    this.#sessions.delete(session);
    return session;
  }

  #replaced(): void {
    this.#socket.emit("refused", { code: "conflict", message: `session ${this.#session} was resumed by another connection` });
    this.#session = undefined;
    this.#socket.disconnect(true);
  }

  #holdings(session: string): Holdings | undefined {
    const { state } = this.space;
    const record = state.sessions.get(session);
    const has = state.bySession.get(session);
    if (record === undefined || has === undefined) return undefined;
    return {
      session,
      agent: record.agent,
      space: this.space.name,
      protocol: protocolVersion,
      ttlMs: record.ttlMs,
      serverMs: this.space.nowMs(),
      locks: present(has.locks, state.locks),
      waits: present(has.waits, state.waits),
      intents: present(has.intents, state.intents),
      groups: groupsOf(state, session),
    };
  }
}

const noSession: CommandError = { code: "noSession", message: "this connection speaks for no session: join or resume first" };

interface Named {
  readonly agent?: string;
  readonly session?: string;
}

function nameIn(message: unknown): Named | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  if ("agent" in message && typeof message.agent === "string") return { agent: message.agent };
  if ("session" in message && typeof message.session === "string") return { session: message.session };
  return undefined;
}

function ignore(): void {}

function refuse(reply: Reply, error: CommandError): void {
  reply({ ok: false, error });
}

function sameHash(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

function present<K, V>(keys: Iterable<K>, records: ReadonlyMap<K, V>): V[] {
  const found: V[] = [];
  for (const key of keys) {
    const record = records.get(key);
    if (record !== undefined) found.push(record);
  }
  return found;
}
