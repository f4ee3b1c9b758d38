import type { Server as HttpServer } from "node:http";
import type { Logger } from "pino";
import { type Namespace, Server } from "socket.io";
import type { Actor, CommandError, Event, Role } from "../../shared/model/index.ts";
import type { AgentToServer, OperatorToServer, Report, ServerToAgent, ServerToOperator } from "../../shared/protocol/index.ts";
import type { Config } from "../config/schema.ts";
import type { TokenTable } from "../config/tokens.ts";
import type { Machine } from "../host/faults/machine.ts";
import type { Space } from "../host/space.ts";
import type { Addresses } from "../http/addresses.ts";
import { Accounts } from "./accounts.ts";
import { AgentConnection } from "./agent-connection.ts";
import { boundedParser } from "./bounded-parser.ts";
import { identify } from "./identify.ts";
import { unavailable } from "./messages.ts";
import { OperatorConnection } from "./operator-connection.ts";
import { SpaceGate } from "./space-gate.ts";

export interface GatewayOptions {
  readonly server: HttpServer;
  readonly config: Config;
  readonly spaces: ReadonlyMap<string, Space>;
  readonly machines: ReadonlyMap<string, Machine>;
  readonly tokens: TokenTable;
  readonly addresses: Addresses;
  readonly log: Logger;
  readonly newId: () => string;
}

/** Who is connected, with which rights and to which space. */
interface Admission {
  readonly actor: Actor;
  readonly gate: SpaceGate;
}

type AgentNamespace = Namespace<AgentToServer, ServerToAgent, Record<never, never>, Admission>;
type OperatorNamespace = Namespace<OperatorToServer, ServerToOperator, Record<never, never>, Admission>;

/** Messages up to this many times the limit are read far enough to be answered with an error; longer ones close the connection. */
const answeredExcess = 8;

/** The Socket.IO side: lets connections in, gives each its connection object, and tells them what became durable. */
export class Gateway {
  readonly #io: Server;
  readonly #gates: ReadonlyMap<string, SpaceGate>;
  readonly #accounts: Accounts;
  readonly #tokens: TokenTable;
  readonly #newId: () => string;
  readonly #allowFaults: boolean;
  #agents = 0;

  constructor({ server, config, spaces, machines, tokens, addresses, log, newId }: GatewayOptions) {
    this.#tokens = tokens;
    this.#newId = newId;
    this.#allowFaults = config.allowFaults;
    this.#accounts = new Accounts(config.limits);
    this.#io = new Server(server, {
      // WebSocket only. Long polling would need its own CORS and CSRF rules, sticky sessions behind a balancer, and gives
      // every message a round trip; nothing that runs an agent or this dashboard today lacks WebSocket.
      transports: ["websocket"],
      serveClient: false,
      perMessageDeflate: false,
      httpCompression: false,
      maxHttpBufferSize: answeredExcess * config.limits.messageLength,
      parser: boundedParser(config.limits.messageLength),
      connectTimeout: 20_000,
      allowRequest: (request, decide) => {
        const problem =
          this.#io.engine.clientsCount >= config.limits.connectionsInAll
            ? "The server has all the connections it may have; try again later."
            : addresses.problem(request.headers);
        if (problem !== undefined) log.warn({ origin: request.headers.origin, host: request.headers.host }, problem);
        decide(problem ?? null, problem === undefined);
      },
    });
    // Nothing reads the handshake's request again; ten thousand of them are worth dropping.
    this.#io.engine.on("connection", (raw: { request: unknown }) => {
      raw.request = null;
    });
    const operators: OperatorNamespace = this.#io.of("/operators");
    const agents: AgentNamespace = this.#io.of("/agents");
    const hangUp = (gate: SpaceGate): void => {
      for (const socket of [...agents.sockets.values(), ...operators.sockets.values()]) if (socket.data.gate === gate) socket.conn.close(true);
    };
    this.#gates = new Map(
      [...machines].flatMap(([name, machine]) => {
        const space = spaces.get(name);
        return space === undefined ? [] : [[name, new SpaceGate(space, machine, operators, hangUp)] as const];
      }),
    );
    this.#serveAgents(agents);
    this.#serveOperators(operators, [...spaces.keys()]);
  }

  get agents(): number {
    return this.#agents;
  }

  /** Viewers that get frames now. */
  get viewers(): number {
    let viewers = 0;
    for (const gate of this.#gates.values()) viewers += gate.frames.viewers;
    return viewers;
  }

  /** Tells a space's viewers figures that are no part of its state. */
  report(space: string, report: Report): void {
    this.#gates.get(space)?.report(report);
  }

  /** Calls a listener with a space's durable events, in order. Gives back how to stop that. */
  follow(space: string, listener: (events: readonly Event[]) => void): () => void {
    const followers = this.#gates.get(space)?.followers;
    followers?.add(listener);
    return () => void followers?.delete(listener);
  }

  /** Tells everybody and closes all connections. The HTTP server is left to its owner. */
  close(reason: string): void {
    for (const gate of this.#gates.values()) gate.close(reason);
    this.#io.disconnectSockets(true);
    this.#io.engine.close();
  }

  #serveAgents(agents: AgentNamespace): void {
    agents.use((socket, next) => next(this.#admit(socket, ["agent"])));
    agents.on("connection", (socket) => {
      const { actor, gate } = socket.data;
      const account = this.#accounts.connect(actor.principal, gate.space.nowMs());
      const connection = new AgentConnection({ socket, place: gate, account, sessions: gate.sessions, newId: this.#newId });
      this.#agents++;
      socket.on("disconnect", () => {
        this.#agents--;
        this.#accounts.disconnect(account);
        connection.disconnected();
      });
    });
  }

  #serveOperators(operators: OperatorNamespace, spaces: readonly string[]): void {
    operators.use((socket, next) => next(this.#admit(socket, ["operator", "viewer"])));
    operators.on("connection", (socket) => {
      const { actor, gate } = socket.data;
      const account = this.#accounts.connect(actor.principal, gate.space.nowMs());
      const onSubscribed = () => gate.sendReports(socket);
      const connection = new OperatorConnection({
        socket,
        place: gate,
        spaces,
        account,
        actor,
        onSubscribed,
        allowFaults: this.#allowFaults,
      });
      socket.on("disconnect", () => {
        this.#accounts.disconnect(account);
        connection.disconnected();
      });
    });
  }

  /** Lets a socket in, or says why not: the client gets it as `connect_error`, with the code in `data`. */
  #admit(socket: { readonly handshake: { readonly auth: unknown }; data: Partial<Admission> }, roles: readonly [Role, ...Role[]]): Error | undefined {
    const identity = identify(socket.handshake.auth, roles, this.#tokens, this.#gates);
    if ("code" in identity) return refused(identity);
    const { actor, space } = identity;
    const gate = this.#gates.get(space);
    if (gate === undefined) return refused({ code: "notFound", message: `there is no space ${space}` });
    const { stoppedReason } = gate.space;
    // Viewers are told more of it; agents come again.
    if (gate.backMs !== undefined && stoppedReason !== undefined && actor.role === "agent") return refused(unavailable(space, stoppedReason));
    const full = this.#accounts.full(actor.principal);
    if (full !== undefined) return refused(full);
    Object.assign(socket.data, { actor, gate } satisfies Admission);
    return undefined;
  }
}

function refused(error: CommandError): Error {
  return Object.assign(new Error(error.message), { data: error });
}
