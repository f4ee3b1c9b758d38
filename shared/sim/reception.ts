import { type CommandInput, groupsOf } from "../host/index.ts";
import type { AgentCommand, Answer, CommandOf, SystemCommand } from "../model/index.ts";
import type { Notice } from "../protocol/index.ts";
import type { State } from "../state/index.ts";
import type { Felt } from "./felt.ts";
import { parseHostile } from "./hostile.ts";
import type { Connection, ToClient, ToServer } from "./messages.ts";

type Holdings = Extract<ToClient, { type: "welcome" }>["holdings"];

/** What the reception asks of the server behind it. */
export interface ReceptionParts {
  readonly felt: Felt;
  /** Undefined while the server is down. */
  readonly state: () => State | undefined;
  /** Takes a sign of life; false when the session is over. */
  readonly renew: (session: string) => boolean;
  readonly submit: (command: CommandInput, sender: string, reply: (answer: Answer) => void) => void;
}

/** The server's side of its agents: a gateway as thin as can be. Who is connected, and for which session it speaks. */
export class Reception {
  readonly #parts: ReceptionParts;
  readonly #bySession = new Map<string, Connection>();
  readonly #connections = new Set<Connection>();
  #sessions = 0;

  constructor(parts: ReceptionParts) {
    this.#parts = parts;
  }

  receive(connection: Connection, message: ToServer): void {
    if (!connection.open) return;
    this.#connections.add(connection);
    switch (message.type) {
      case "join":
        return this.#join(connection, message);
      case "resume":
        return this.#resume(connection, message.session);
      case "heartbeat": {
        const ok = connection.session !== undefined && this.#parts.renew(connection.session);
        return connection.send({ type: "beat", sent: message.sent, ok });
      }
      case "commands":
        for (const command of message.commands) this.#command(connection, command);
        return;
      case "raw":
        for (const sent of message.commands) this.#raw(connection, sent);
        return;
    }
  }

  /** A connection is gone: for what follows the server may have to stand still first. */
  gone(connection: Connection): void {
    connection.open = false;
    this.#connections.delete(connection);
  }

  /** Lets go of the session that a gone connection spoke for, unless another speaks for it by now. */
  release(connection: Connection): void {
    const { session } = connection;
    if (session === undefined || this.#bySession.get(session) !== connection) return;
    this.#bySession.delete(session);
    this.#parts.submit({ from: "system", command: { type: "session.disconnect", session } }, "", () => {});
  }

  notify(session: string, notices: readonly Notice[]): void {
    this.#bySession.get(session)?.send({ type: "notices", notices });
    if (notices.some((notice) => notice.type === "ended")) this.#bySession.delete(session);
  }

  /** The server is gone, and every connection with it. */
  close(): void {
    this.#bySession.clear();
    for (const connection of this.#connections) {
      connection.send({ type: "closed" });
      connection.open = false;
    }
    this.#connections.clear();
  }

  #command(connection: Connection, command: AgentCommand): void {
    const { session } = connection;
    if (session !== undefined) this.#parts.submit({ from: "agent", session, command }, session, (answer) => connection.send({ type: "answer", answer }));
  }

  #raw(connection: Connection, sent: unknown): void {
    const parsed = parseHostile(sent);
    this.#parts.felt.add("hostileInput", "answer" in parsed ? "malformed" : "well formed");
    if ("answer" in parsed) connection.send({ type: "answer", answer: parsed.answer });
    else this.#command(connection, parsed.command);
  }

  #join(connection: Connection, { agent, ttlMs, replace }: Extract<ToServer, { type: "join" }>): void {
    const session = `s${++this.#sessions}`;
    this.#begin(connection, { type: "session.join", session, agent, principal: principalOf(agent), ...fitnessOf(agent), ttlMs, resumeHash: "-", replace });
  }

  #resume(connection: Connection, session: string): void {
    if (this.#parts.renew(session)) this.#begin(connection, { type: "session.connect", session });
    else connection.send({ type: "unwelcome", error: { code: "noSession", message: "This session is over." } });
  }

  /** Speaks for the session from when it is durable, and tells what it held when this was decided; notices tell the rest. */
  #begin(connection: Connection, command: CommandOf<SystemCommand, "session.join" | "session.connect">): void {
    const { session } = command;
    let holdings: Holdings | undefined;
    this.#parts.submit({ from: "system", command }, session, (answer) => {
      if (!answer.ok) return connection.send({ type: "unwelcome", error: answer.error });
      if (holdings === undefined || !connection.open) return;
      connection.session = session;
      this.#bySession.set(session, connection);
      connection.send({ type: "welcome", holdings });
    });
    holdings = holdingsOf(this.#parts.state(), session);
  }
}

function holdingsOf(state: State | undefined, session: string): Holdings | undefined {
  const record = state?.sessions.get(session);
  const own = state?.bySession.get(session);
  if (state === undefined || record === undefined || own === undefined) return undefined;
  return {
    session,
    agent: record.agent,
    ttlMs: record.ttlMs,
    locks: [...own.locks].flatMap((fence) => state.locks.get(fence) ?? []),
    waits: [...own.waits].flatMap((request) => state.waits.get(request) ?? []),
    intents: [...own.intents].flatMap((intent) => state.intents.get(intent) ?? []),
    groups: groupsOf(state, session),
  };
}

/** What groups may ask for of whoever is to lead them: most have it. */
function fitnessOf(agent: string): { roles: string[]; labels: Record<string, string> } {
  const number = Number(agent.slice(1));
  return { roles: number % 3 === 0 ? [] : ["merger"], labels: { zone: number % 4 === 0 ? "b" : "a" } };
}

/** Two teams share the fleet. */
function principalOf(agent: string): string {
  return `team${Number(agent.slice(1)) % 2}`;
}
