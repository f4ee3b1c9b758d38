import { z } from "zod";
import { errorSchema } from "../../shared/model/index.ts";
import { RawSocket } from "./raw-socket.ts";

export type Namespace = "/agents" | "/operators";

/** What the server says no with, as it came. */
export class Refusal extends Error {
  readonly error: z.infer<typeof errorSchema>;
  constructor(error: z.infer<typeof errorSchema>) {
    super(`${error.code}: ${error.message}`);
    this.error = error;
  }
}

const patienceMs = 30_000;

const connectErrorSchema = z.object({ message: z.string(), data: errorSchema.optional() });

/**
 * Socket.IO as the protocol's documentation describes it for those without a library. Messages are given as JSON text, so
 * that they can say what no JSON writer would.
 */
export class RawClient {
  readonly socket: RawSocket;
  readonly #namespace: Namespace;
  readonly #waiting = new Map<number, (answer: unknown) => void>();
  #asked = 0;

  private constructor(socket: RawSocket, namespace: Namespace) {
    this.socket = socket;
    this.#namespace = namespace;
    const head = `43${namespace},`;
    socket.intercept((text) => {
      if (!text.startsWith(head)) return false;
      const list = text.indexOf("[");
      const id = Number(text.slice(head.length, list));
      const settle = this.#waiting.get(id);
      this.#waiting.delete(id);
      settle?.((JSON.parse(text.slice(list)) as unknown[])[0]);
      return true;
    });
    void socket.whenClosed.then(() => {
      for (const settle of this.#waiting.values()) settle(undefined);
    });
  }

  /** Throws a `Refusal` when the server does not let it in. */
  static async connect(port: number, namespace: Namespace, auth: string = '{"protocol":1}'): Promise<RawClient> {
    const socket = await RawSocket.open(port);
    await socket.next((text) => text.startsWith("0{"));
    socket.send(`40${namespace},${auth}`);
    const answer = await socket.next((text) => text.startsWith(`40${namespace},`) || text.startsWith(`44${namespace},`));
    if (answer === undefined) throw new Error("the connection ended at the handshake");
    if (answer.startsWith("40")) return new RawClient(socket, namespace);
    socket.destroy();
    const { message, data } = connectErrorSchema.parse(JSON.parse(answer.slice(answer.indexOf(",") + 1)));
    throw data === undefined ? new Error(message) : new Refusal(data);
  }

  /** Sends a message with an acknowledgement; gives its answer, undefined when the connection ends instead. */
  async ask(event: string, message?: string): Promise<unknown> {
    const id = ++this.#asked;
    const answer = this.answer(id);
    this.tell(`${id}[${JSON.stringify(event)}${message === undefined ? "" : `,${message}`}]`);
    return answer;
  }

  /** The answer to an acknowledgement; call it before or in the tick of asking. Undefined when the connection ends instead. */
  answer(id: number): Promise<unknown> {
    if (this.socket.isClosed) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer within ${patienceMs} ms`)), patienceMs);
      this.#waiting.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
    });
  }

  /** An event packet, from behind its namespace on. */
  tell(packet: string): void {
    this.socket.send(`42${this.#namespace},${packet}`);
  }

  /** The next message that the server sends by itself under this name. */
  async heard(event: string): Promise<unknown> {
    const head = `42${this.#namespace},[${JSON.stringify(event)}`;
    const text = await this.socket.next((each) => each.startsWith(head));
    return text === undefined ? undefined : (JSON.parse(text.slice(text.indexOf("["))) as unknown[])[1];
  }

  destroy(): void {
    this.socket.destroy();
  }
}
