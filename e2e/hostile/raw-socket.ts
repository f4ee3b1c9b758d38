import { randomBytes } from "node:crypto";
import { createConnection, type Socket } from "node:net";

/** A request over HTTP that did not become a WebSocket. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** One WebSocket frame as a client sends it, and with whatever is wrong with it. */
export function frame(opcode: number, payload: string | Buffer, wrong: { fin?: boolean; reserved?: number; unmasked?: boolean; claims?: bigint } = {}): Buffer {
  const body = Buffer.isBuffer(payload) ? payload : Buffer.from(payload);
  const length = wrong.claims ?? BigInt(body.length);
  const short = length < 126n ? Number(length) : length < 65_536n ? 126 : 127;
  const size = short === 126 ? 2 : short === 127 ? 8 : 0;
  const head = Buffer.alloc(2 + size);
  head[0] = (wrong.fin === false ? 0 : 0x80) | ((wrong.reserved ?? 0) << 4) | opcode;
  head[1] = (wrong.unmasked ? 0 : 0x80) | short;
  if (size === 2) head.writeUInt16BE(Number(length), 2);
  if (size === 8) head.writeBigUInt64BE(length, 2);
  if (wrong.unmasked) return Buffer.concat([head, body]);
  const mask = randomBytes(4);
  const masked = Buffer.from(body.map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
  return Buffer.concat([head, mask, masked]);
}

/** Sends bytes to a port and gives the HTTP answer, or undefined when the connection ends without one. */
export function httpRaw(port: number, bytes: string | Buffer, patienceMs = 5_000): Promise<HttpAnswer | undefined> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: "127.0.0.1", port });
    let said = "";
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no answer within ${patienceMs} ms`));
    }, patienceMs);
    const end = (): void => {
      clearTimeout(timer);
      socket.destroy();
      const status = /^HTTP\/1\.1 (\d+)/.exec(said)?.[1];
      resolve(status === undefined ? undefined : { status: Number(status), body: said.slice(said.indexOf("\r\n\r\n") + 4) });
    };
    socket.on("connect", () => socket.write(bytes));
    socket.on("data", (chunk) => {
      said += chunk.toString("latin1");
      if (said.includes("\r\n\r\n")) setTimeout(end, 5);
    });
    socket.on("close", end);
    socket.on("error", end);
  });
}

export function upgradeRequest(
  port: number,
  { path = "/socket.io/?EIO=4&transport=websocket", headers = {} }: { path?: string; headers?: Record<string, string> } = {},
): string {
  const all = {
    Host: `127.0.0.1:${port}`,
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `GET ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`;
}

/** A WebSocket that says just what it is told to, byte for byte. */
export class RawSocket {
  readonly #socket: Socket;
  readonly #texts: string[] = [];
  readonly #watchers = new Set<() => void>();
  #rest: Buffer = Buffer.alloc(0);
  #closed: { code: number | undefined } | undefined;
  #intercept: (text: string) => boolean = () => false;
  readonly whenClosed: Promise<void>;
  #tellClosed: () => void = () => undefined;

  private constructor(socket: Socket, rest: Buffer) {
    this.#socket = socket;
    this.#rest = rest;
    this.whenClosed = new Promise((resolve) => {
      this.#tellClosed = resolve;
    });
    socket.on("data", (chunk) => {
      this.#rest = Buffer.concat([this.#rest, chunk]);
      this.#read();
    });
    socket.on("error", () => this.#end(undefined));
    socket.on("close", () => this.#end(undefined));
    this.#read();
  }

  /** Throws when the server does not let it become a WebSocket. */
  static open(port: number, options: Parameters<typeof upgradeRequest>[1] = {}): Promise<RawSocket> {
    return new Promise((resolve, reject) => {
      const socket = createConnection({ host: "127.0.0.1", port });
      let head: Buffer = Buffer.alloc(0);
      const fail = (): void => reject(new Error(`no WebSocket: ${head.toString("latin1").slice(0, 300)}`));
      socket.on("connect", () => socket.write(upgradeRequest(port, options)));
      socket.on("error", fail);
      socket.on("close", fail);
      const read = (chunk: Buffer): void => {
        head = Buffer.concat([head, chunk]);
        const end = head.indexOf("\r\n\r\n");
        if (end < 0) return;
        socket.off("data", read);
        socket.off("close", fail);
        if (head.toString("latin1").startsWith("HTTP/1.1 101")) resolve(new RawSocket(socket, head.subarray(end + 4)));
        else {
          fail();
          socket.destroy();
        }
      };
      socket.on("data", read);
    });
  }

  sendBytes(bytes: Buffer): void {
    if (this.#closed === undefined) this.#socket.write(bytes);
  }

  send(text: string): void {
    this.sendBytes(frame(opcodes.text, text));
  }

  /** Sees each text first; true takes it. */
  intercept(take: (text: string) => boolean): void {
    this.#intercept = take;
  }

  /** Waits for a text that fits, and takes it out. Undefined when the connection ends first. */
  async next(fits: (text: string) => boolean, patienceMs = 10_000): Promise<string | undefined> {
    const find = (): string | undefined => {
      const index = this.#texts.findIndex(fits);
      return index < 0 ? undefined : this.#texts.splice(index, 1)[0];
    };
    await this.#until(() => this.#closed !== undefined || this.#texts.some(fits), patienceMs, "an answer");
    return find();
  }

  /** Waits until the server has closed the connection; gives the close code where it sent one. */
  async closed(patienceMs = 10_000): Promise<number | undefined> {
    await this.#until(() => this.#closed !== undefined, patienceMs, "the connection's end");
    return this.#closed?.code;
  }

  get isClosed(): boolean {
    return this.#closed !== undefined;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #read(): void {
    for (;;) {
      const [first, second] = this.#rest;
      if (first === undefined || second === undefined) return;
      let length = second & 0x7f;
      let at = 2;
      if (length === 126) {
        if (this.#rest.length < 4) return;
        length = this.#rest.readUInt16BE(2);
        at = 4;
      } else if (length === 127) {
        if (this.#rest.length < 10) return;
        length = Number(this.#rest.readBigUInt64BE(2));
        at = 10;
      }
      if (this.#rest.length < at + length) return;
      const payload = this.#rest.subarray(at, at + length);
      this.#rest = this.#rest.subarray(at + length);
      this.#frame(first & 0x0f, payload);
    }
  }

  #frame(opcode: number, payload: Buffer): void {
    if (opcode === opcodes.close) this.#end(payload.length >= 2 ? payload.readUInt16BE(0) : undefined);
    if (opcode !== opcodes.text) return;
    const text = payload.toString("utf8");
    // Engine.IO's heartbeat.
    if (text === "2") this.send("3");
    else if (!this.#intercept(text)) this.#texts.push(text);
    this.#changed();
  }

  #end(code: number | undefined): void {
    if (this.#closed !== undefined) return;
    this.#closed = { code };
    this.#socket.destroy();
    this.#tellClosed();
    this.#changed();
  }

  #changed(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }

  #until(holds: () => boolean, patienceMs: number, what: string): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#watchers.delete(watcher);
        reject(new Error(`waited ${patienceMs} ms for ${what}`));
      }, patienceMs);
      const watcher = (): void => {
        if (!holds()) return;
        clearTimeout(timer);
        this.#watchers.delete(watcher);
        resolve();
      };
      this.#watchers.add(watcher);
    });
  }
}
