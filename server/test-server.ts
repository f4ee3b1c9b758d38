import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { io, type Socket } from "socket.io-client";
import type { Answer } from "../shared/model/index.ts";
import {
  type AgentToServer,
  type Holdings,
  holdingsSchema,
  type OperatorToServer,
  protocolVersion,
  type ServerToAgent,
  type ServerToOperator,
  type SubscribeAnswer,
  subscribeAnswerSchema,
} from "../shared/protocol/index.ts";
import { type App, type AppOptions, createApp } from "./app.ts";
import { parseConfig } from "./config/load.ts";
import type { ConfigInput } from "./config/schema.ts";
import { memoryJournals } from "./journal/memory-journal.ts";

/** For tests: servers and connections, and what one asks of them. A file that uses it says `afterEach(closeServers)`. */

export type AgentClient = Socket<ServerToAgent, AgentToServer>;
export type OperatorClient = Socket<ServerToOperator, OperatorToServer>;
type Handshake = Record<string, unknown>;

const open: (() => unknown)[] = [];

/** Closes all servers and connections of the test that is over. */
export async function closeServers(): Promise<void> {
  for (const close of open.splice(0).reverse()) await close();
}

/** Something of the test that goes after its servers and connections, if it is told before they are made. */
export function closeLast(close: () => unknown): void {
  open.push(close);
}

/** A whole server on any free port, with a journal in memory unless another is given. */
export async function startServer(config: ConfigInput = {}, options: Partial<AppOptions> = {}): Promise<App> {
  const app = await createApp({ config: parseConfig("test", { port: 0, ...config }), journals: memoryJournals(), ...options });
  open.push(() => app.close());
  return app;
}

function client(app: App, namespace: string, auth: Handshake, headers: Record<string, string>): Socket {
  const socket = io(`${app.url}${namespace}`, {
    transports: ["websocket"],
    forceNew: true,
    reconnection: false,
    auth: { protocol: protocolVersion, ...auth },
    extraHeaders: headers,
  });
  open.push(() => socket.disconnect());
  return socket;
}

/** Connects, or throws what the server refused it with. */
async function connected<S extends Socket>(socket: S): Promise<S> {
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", reject);
  });
  return socket;
}

export function connectAgent(app: App, auth: Handshake = {}, headers: Record<string, string> = {}): Promise<AgentClient> {
  return connected(client(app, "/agents", auth, headers));
}

export function connectOperator(app: App, auth: Handshake = {}, headers: Record<string, string> = {}): Promise<OperatorClient> {
  return connected(client(app, "/operators", auth, headers));
}

/** What a connection is refused with. */
export async function refusalOf(connecting: Promise<unknown>): Promise<unknown> {
  const error: unknown = await connecting.then(
    () => new Error("it was let in"),
    (reason: unknown) => reason,
  );
  return error instanceof Error && "data" in error ? error.data : error;
}

export const resumeKey = "a secret of the agent";

/** Joins and gives back what the session holds. */
export async function join(socket: AgentClient, agent: string, more: object = {}): Promise<Holdings> {
  const answer = await socket.emitWithAck("join", { agent, resumeKey, ...more });
  if (!answer.ok) throw new Error(answer.error.message);
  return holdingsSchema.parse(answer.holdings);
}

export async function joined(app: App, agent: string, auth: Handshake = {}): Promise<AgentClient> {
  const socket = await connectAgent(app, auth);
  await join(socket, agent);
  return socket;
}

/** One command, with an id of its own, and its answer. */
export async function command(socket: AgentClient | OperatorClient, content: object): Promise<Answer> {
  const [answer] = await (socket as AgentClient).emitWithAck("commands", [{ id: randomUUID(), ...content }]);
  if (answer === undefined) throw new Error("no answer");
  return answer;
}

/** Takes a lock and gives back its fence. */
export async function acquire(socket: AgentClient, resource: string, more: object = {}): Promise<string> {
  const answer = await command(socket, { type: "lock.acquire", wants: [{ resource }], ...more });
  const fence = answer.ok && answer.result.status === "granted" ? answer.result.locks[0]?.fence : undefined;
  if (typeof fence !== "string") throw new Error(`not granted: ${JSON.stringify(answer)}`);
  return fence;
}

export type Subscription = Extract<SubscribeAnswer, { ok: true }>;

export async function subscribe(socket: OperatorClient, after?: number): Promise<Subscription> {
  const answer = subscribeAnswerSchema.parse(await socket.emitWithAck("subscribe", { after }));
  if (!answer.ok) throw new Error(answer.error.message);
  return answer;
}

/** Collects what comes under a name, from now on. */
export function collect<T>(socket: { on(event: never, listener: (message: T) => void): unknown }, event: string): T[] {
  const messages: T[] = [];
  socket.on(event as never, (message: T) => messages.push(message));
  return messages;
}

const withinMs = 15_000;

/** Waits until a check does not throw any more; its last error when that takes too long. */
export async function until<T>(check: () => T | Promise<T>): Promise<T> {
  const giveUpMs = performance.now() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > giveUpMs) throw error;
      await setTimeout(5);
    }
  }
}
