import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { io, type Socket } from "socket.io-client";
import { afterEach, expect, test } from "vitest";
import type { App } from "../app.ts";
import type { ConfigInput } from "../config/schema.ts";
import { closeServers, startServer, until } from "../test-server.ts";

afterEach(closeServers);

/**
 * Plays the clients' side of every transcript in `shared/protocol/transcripts` against a real server and compares what the
 * server says, word for word: time is a clock that only the transcript moves, and sessions are counted.
 * `npm run protocol:transcripts` writes the server's side anew.
 */
const folder = fileURLToPath(new URL("../../shared/protocol/transcripts/", import.meta.url));
const renew = process.env.SIGNALBOX_RENEW_TRANSCRIPTS !== undefined;
const epochMs = Date.UTC(2026, 0, 1);

interface Transcript {
  title: string;
  about: string;
  config?: ConfigInput;
  steps: Step[];
}

type Step =
  | { who: string; connect: { namespace: string; auth: object }; refused?: unknown }
  | { who: string; send: string; message?: unknown; answer?: unknown }
  | { who: string; receive: string; message?: unknown }
  | { who: string; disconnect: true }
  | { who: string; disconnected: true }
  | { advanceMs: number }
  /** Figures that the server's own parts report. */
  | { reports: { name: string; figures: Record<string, number> } }
  | { closesServer: string }
  /** Somebody else is busy until so many frames were sent; they are not shown. */
  | { who: string; busyForFrames: number };

class Player {
  readonly #app: App;
  readonly #clock: { ms: number };
  readonly #sockets = new Map<string, Socket>();
  /** What came unasked and was not looked at yet. */
  readonly #inbox = new Map<string, { event: string; message: unknown }[]>();

  constructor(app: App, clock: { ms: number }) {
    this.#app = app;
    this.#clock = clock;
  }

  /** The step with the server's side as it was now. */
  async play(step: Step): Promise<Step> {
    if ("connect" in step) return { ...step, ...(await this.#connect(step.who, step.connect)) };
    if ("send" in step) {
      const { answer: _, ...asked } = step;
      return { ...asked, ...(await this.#send(step)) };
    }
    if ("receive" in step) {
      const message = await this.#receive(step.who, step.receive);
      return { who: step.who, receive: step.receive, ...(message === undefined ? {} : { message }) };
    }
    if ("advanceMs" in step) this.#advance(step.advanceMs);
    else if ("reports" in step) this.#app.report("main", { ...step.reports, atMs: this.#clock.ms });
    else if ("closesServer" in step) await this.#app.close(step.closesServer);
    else if ("busyForFrames" in step) await this.#busy(step.who, step.busyForFrames);
    else if ("disconnected" in step) await until(() => expect(this.#socket(step.who).connected).toBe(false));
    else this.#socket(step.who).disconnect();
    return step;
  }

  /** What the server said and the transcript does not show. */
  leftOver(): [string, unknown][] {
    return [...this.#inbox].flatMap(([who, messages]) => messages.map((message): [string, unknown] => [who, message]));
  }

  close(): void {
    for (const socket of this.#sockets.values()) socket.disconnect();
  }

  async #connect(who: string, { namespace, auth }: { namespace: string; auth: object }): Promise<{ refused?: unknown }> {
    const socket = io(`${this.#app.url}${namespace}`, { transports: ["websocket"], forceNew: true, reconnection: false, auth });
    this.#sockets.set(who, socket);
    const inbox: { event: string; message: unknown }[] = [];
    this.#inbox.set(who, inbox);
    socket.onAny((event: string, message: unknown) => inbox.push({ event, message }));
    return new Promise((resolve) => {
      socket.once("connect", () => resolve({}));
      socket.once("connect_error", (error: Error & { data?: unknown }) => resolve({ refused: error.data }));
    });
  }

  async #send({ who, send, message, answer }: Extract<Step, { send: string }>): Promise<{ answer?: unknown }> {
    const socket = this.#socket(who);
    const args = message === undefined ? [] : [message];
    if (answer === undefined) {
      socket.emit(send, ...args);
      return {};
    }
    return { answer: await socket.timeout(5_000).emitWithAck(send, ...args) };
  }

  async #receive(who: string, event: string): Promise<unknown> {
    const inbox = this.#inbox.get(who) ?? [];
    const found = await until(() => {
      const index = inbox.findIndex((each) => each.event === event);
      expect(index, `${who} has not received ${event}`).toBeGreaterThanOrEqual(0);
      return index;
    });
    return inbox.splice(found, 1)[0]?.message;
  }

  /** In small steps: a server that finds more than a second gone takes it for its own standstill. */
  #advance(ms: number): void {
    for (let goneMs = 0; goneMs < ms; goneMs += 100) {
      this.#clock.ms += Math.min(100, ms - goneMs);
      for (const space of this.#app.spaces.values()) space.renew("nobody");
    }
    for (const space of this.#app.spaces.values()) space.submit({ from: "system", command: { type: "tick", silent: [] } });
  }

  async #busy(who: string, frames: number): Promise<void> {
    const socket = this.#socket(who);
    for (let frame = 0; frame < frames; frame++) {
      const command = { id: `busy-${frame}`, type: "session.declare", progress: frame + 1 };
      await socket.emitWithAck("commands", [command]);
      const { position } = this.#app.spaces.get("main")!.state;
      await until(() => expect(this.#frames().some(([, after]) => after >= position) || this.#lagged()).toBe(true));
    }
    for (const inbox of this.#inbox.values()) inbox.splice(0, inbox.length, ...inbox.filter((each) => each.event !== "frame"));
  }

  #frames(): [string, number][] {
    return [...this.#inbox].flatMap(([who, messages]) =>
      messages
        .filter((each) => each.event === "frame")
        .map((each): [string, number] => [who, (each.message as { events: { position: number }[] }).events.at(-1)?.position ?? 0]),
    );
  }

  #lagged(): boolean {
    return [...this.#inbox.values()].some((messages) => messages.some((each) => each.event === "lagged"));
  }

  #socket(who: string): Socket {
    const socket = this.#sockets.get(who);
    if (socket === undefined) throw new Error(`${who} has not connected`);
    return socket;
  }
}

let player: Player | undefined;
afterEach(() => player?.close());

test.each(readdirSync(folder))("%s is what the server says", async (file) => {
  const path = `${folder}${file}`;
  const transcript = JSON.parse(readFileSync(path, "utf8")) as Transcript;
  const clock = { ms: epochMs };
  let sessions = 0;
  const app = await startServer(transcript.config, { clock: { nowMs: () => clock.ms }, newId: () => `session-${++sessions}` });
  player = new Player(app, clock);
  const played: Step[] = [];
  for (const step of transcript.steps) played.push(await player.play(step));
  expect(player.leftOver(), "the server said more than the transcript shows").toEqual([]);
  if (renew) writeFileSync(path, JSON.stringify({ ...transcript, steps: played }));
  else expect(played).toEqual(transcript.steps);
});
