import type { Answer, Lock, Result } from "../model/index.ts";
import type { AgentCommandInput, Holdings, Notice } from "../protocol/index.ts";
import { connect } from "./connect.ts";
import { SignalboxError } from "./errors.ts";
import type { ConnectOptions } from "./options.ts";
import type { Connection, ConnectionEvents, Transport } from "./transport.ts";

/** What a fake server says to a command: a result, an error code, or nothing at all. */
export type Reply = Result | { error: "busy" | "notFound" | "notHolder" | "notLeader" | "noSession" | "limit" | "unavailable"; retryMs?: number } | undefined;

interface Asked {
  readonly connection: FakeConnection;
  readonly event: string;
  readonly message: unknown;
  readonly answer: (message: unknown) => void;
}

class FakeConnection implements Connection {
  open = true;
  readonly events: ConnectionEvents;
  readonly #server: FakeServer;

  constructor(server: FakeServer, events: ConnectionEvents) {
    this.#server = server;
    this.events = events;
  }

  ask(event: string, message: unknown, answer: (message: unknown) => void): void {
    // As on a real socket: what is said on a closed connection is never heard.
    if (this.open)
      this.#server.hear({ connection: this, event, message: structuredClone(message), answer: (said) => this.open && answer(structuredClone(said)) });
  }

  close(): void {
    this.open = false;
  }
}

/** A server by hand for unit tests: it hears everything, and says what the test tells it to. */
export class FakeServer {
  ttlMs = 15_000;
  /** False: connections are refused as if nothing listened. */
  listening = true;
  /** False: heartbeats are heard but not answered. */
  beating = true;
  /** What join and resume are answered with instead of the holdings. */
  refusal: { code: "noSession" | "agentPresent" | "unauthorized" | "unavailable"; message: string } | undefined;
  /** False: join and resume are heard but not answered. */
  greeting = true;
  holdings: Pick<Holdings, "locks" | "waits" | "intents" | "groups"> = { locks: [], waits: [], intents: [], groups: [] };
  reply: (command: AgentCommandInput) => Reply = grantAll();
  readonly batches: AgentCommandInput[][] = [];
  readonly heard: { event: string; message: unknown }[] = [];
  readonly attemptsAtMs: number[] = [];
  #sessions = 0;
  #connection: FakeConnection | undefined;

  readonly transport: Transport = (_handshake, events) => {
    const connection = new FakeConnection(this, events);
    this.attemptsAtMs.push(performance.now());
    queueMicrotask(() => {
      if (!connection.open) return;
      if (!this.listening) return this.#end(connection, "nobody listens");
      this.#connection = connection;
      events.opened();
    });
    return connection;
  };

  connect(options: Partial<ConnectOptions> = {}): ReturnType<typeof connect> {
    return connect({ url: "http://fake", agent: "w1", ttlMs: this.ttlMs, transport: this.transport, ...options });
  }

  get commands(): AgentCommandInput[] {
    return this.batches.flat();
  }

  hear({ event, message, answer }: Asked): void {
    this.heard.push({ event, message });
    if (event === "heartbeat") {
      if (this.beating) queueMicrotask(() => answer({ ok: true, ttlMs: this.ttlMs, serverMs: 0 }));
      return;
    }
    if (event !== "commands") {
      if (event === "join") this.#sessions++;
      if (this.greeting)
        queueMicrotask(() => answer(this.refusal === undefined ? { ok: true, holdings: this.#holdings() } : { ok: false, error: this.refusal }));
      return;
    }
    const commands = message as AgentCommandInput[];
    this.batches.push(commands);
    const answers: Answer[] = [];
    for (const command of commands) {
      const reply = this.reply(command);
      // One command without an answer leaves the whole message without one, as a server that dies does.
      if (reply === undefined) return;
      if ("error" in reply) {
        const { error: code, retryMs } = reply;
        answers.push({ id: command.id, ok: false, error: { code, message: "refused by the test", blockers: [], retryMs } });
      } else answers.push({ id: command.id, ok: true, result: reply });
    }
    queueMicrotask(() => answer(answers));
  }

  notify(...notices: Notice[]): void {
    this.#connection?.events.message("notices", structuredClone(notices));
  }

  /** Something under any name, be it a message of the protocol or not. */
  say(event: string, message: unknown): void {
    this.#connection?.events.message(event, message);
  }

  /** The connection breaks. */
  drop(): void {
    if (this.#connection?.open) this.#end(this.#connection, "dropped by the test");
  }

  #end(connection: FakeConnection, why: string): void {
    connection.open = false;
    connection.events.closed(new SignalboxError("unavailable", why));
  }

  #holdings(): Holdings {
    return { session: `s${this.#sessions}`, agent: "w1", space: "main", protocol: 1, ttlMs: this.ttlMs, serverMs: 0, ...this.holdings };
  }
}

/** Grants whatever is asked, with rising fences, and finds everything else done. */
export function grantAll(): (command: AgentCommandInput) => Result {
  let fence = 0;
  return (command) => {
    if (command.type !== "lock.acquire") return { status: "done" };
    return {
      status: "granted",
      locks: command.wants.map(({ resource }) => {
        fence++;
        return { resource, fence: String(fence), level: "sequenced", guarded: false };
      }),
    };
  };
}

/** A lock record as the holdings and notices have it. */
export function lockRecord(fence: string, resource: string, command: string, more: Partial<Lock> = {}): Lock {
  return {
    fence,
    resource,
    mode: "exclusive",
    weight: 1,
    level: "sequenced",
    guarded: false,
    session: "s1",
    agent: "w1",
    command,
    reason: "",
    grantedMs: 0,
    waitedMs: 0,
    holds: 1,
    ...more,
  };
}
