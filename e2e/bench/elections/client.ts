import { io, type Socket } from "socket.io-client";
import type { Answer, Result } from "../../../shared/model/index.ts";
import { type HeartbeatAnswer, type JoinAnswer, protocolVersion } from "../../../shared/protocol/index.ts";

const perBatch = 128;

/** The name of the group of this number, in one of a hundred parts. */
export const groupAt = (at: number): string => `part${at % 100}/group${at}`;

/** One client, as bare as can be. */
export class Client {
  readonly socket: Socket;
  #ids = 0;

  constructor(url: string, namespace: "agents" | "operators") {
    this.socket = io(`${url}/${namespace}`, {
      transports: ["websocket"],
      forceNew: true,
      reconnection: false,
      auth: { protocol: protocolVersion, space: "main" },
    });
  }

  async connected(): Promise<void> {
    if (this.socket.connected) return;
    await new Promise<void>((resolve, reject) => {
      this.socket.once("connect", resolve);
      this.socket.once("connect_error", reject);
    });
  }

  async join(agent: string, lease: number): Promise<this> {
    await this.connected();
    const joined = await new Promise<JoinAnswer>((resolve) => {
      this.socket.emit("join", { agent, resumeKey: `bench-resume-key-${agent}`, ttlMs: lease }, resolve);
    });
    if (!joined.ok) throw new Error(joined.error.message);
    return this;
  }

  /** What each of them came to. Throws when one is refused. */
  async send(commands: readonly object[]): Promise<Result[]> {
    const answers = await new Promise<Answer[]>((resolve) => {
      this.socket.emit(
        "commands",
        commands.map((command) => ({ id: `c${this.#ids++}`, ...command })),
        resolve,
      );
    });
    return answers.map((answer) => {
      if (!answer.ok) throw new Error(answer.error.message);
      return answer.result;
    });
  }

  async sendAll(commands: readonly object[]): Promise<Result[]> {
    const results: Result[] = [];
    for (let at = 0; at < commands.length; at += perBatch) results.push(...(await this.send(commands.slice(at, at + perBatch))));
    return results;
  }

  beat(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.emit("heartbeat", {}, (answer: HeartbeatAnswer) => (answer.ok ? resolve() : reject(new Error(answer.error.message))));
    });
  }
}
