import { io, type Socket } from "socket.io-client";
import { answersSchema, protocolVersion } from "../../shared/protocol/index.ts";

/** An operator at the server, who does one thing at a time. */
export class Operator {
  readonly #socket: Socket;
  #ids = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  static async connect(url: string): Promise<Operator> {
    const socket = io(`${url}/operators`, { transports: ["websocket"], auth: { protocol: protocolVersion, space: "main" } });
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("connect_error", reject);
    });
    return new Operator(socket);
  }

  /** Throws when it is refused. */
  async do(command: Readonly<Record<string, unknown>>): Promise<void> {
    const asked = [{ id: `failover-${Date.now().toString(36)}-${this.#ids++}`, reason: "failover measurement", ...command }];
    const [answer] = answersSchema.parse(await this.#socket.timeout(10_000).emitWithAck("commands", asked));
    if (answer?.ok !== true) throw new Error(`${String(command.type)}: ${answer?.error.message ?? "no answer"}`);
  }

  close(): void {
    this.#socket.disconnect();
  }
}
