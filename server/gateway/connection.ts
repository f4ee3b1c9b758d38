import type { Socket } from "socket.io";
import type { CommandError } from "../../shared/model/index.ts";
import type { Space } from "../host/space.ts";
import type { Account } from "./accounts.ts";
import { refusal } from "./batch.ts";
import { tooLong } from "./bounded-parser.ts";
import { isReply, type Reply, unknownMessage } from "./messages.ts";

/** How many messages may gather for a peer that does not read, before it is given up. */
const unreadMessages = 1_000;

/** What a connection needs of its socket, whatever its event maps are. */
type AnySocket = Pick<Socket, "conn" | "disconnect" | "onAny"> & { emit(event: "refused", error: CommandError): boolean };

/** Where a space is: another one takes its place after its server died in a fault drill. */
export interface Place {
  readonly space: Space;
}

/**
 * What all connections have in common: every message is counted, checked for its name and answered, be it with an error.
 * One listener for all messages keeps ten thousand connections small.
 */
export abstract class Connection<Message extends string> {
  protected abstract readonly namespace: string;
  protected abstract readonly messages: readonly Message[];
  protected readonly account: Account;
  readonly #socket: AnySocket;
  readonly #place: Place;
  #unread = 0;

  constructor(socket: AnySocket, place: Place, account: Account) {
    this.#socket = socket;
    this.#place = place;
    this.account = account;
    socket.onAny((event: string, ...args: unknown[]) => this.arrive(event, args));
  }

  protected get space(): Space {
    return this.#place.space;
  }

  /** What a message costs its principal, counted in commands. */
  protected abstract price(message: Message): number;

  protected abstract receive(message: Message, content: unknown, reply: Reply): void;

  /** Messages that nobody waits to be answered. */
  protected needsReply(_message: Message): boolean {
    return true;
  }

  /** True when the peer has not read for long: the connection is closed then, so that what waits for it stays bounded. */
  protected isClogged(): boolean {
    if (this.#socket.conn.transport.writable) this.#unread = 0;
    else if (++this.#unread === unreadMessages) setImmediate(() => this.#socket.disconnect(true));
    return this.#unread >= unreadMessages;
  }

  protected arrive(event: string, args: readonly unknown[]): void {
    if (this.isClogged()) return;
    const last = args.at(-1);
    const reply = isReply(last) ? last : undefined;
    const content = args.length > 1 || reply === undefined ? args[0] : undefined;
    const error = this.#problem(event, args, reply);
    if (error !== undefined) this.#refuse(event === tooLong ? args[1] : event, error, reply);
    else if (this.#knows(event)) this.receive(event, content, reply ?? ignore);
    if (this.account.floods) this.#socket.disconnect(true);
  }

  #problem(event: string, args: readonly unknown[], reply: Reply | undefined): CommandError | undefined {
    const known = this.#knows(event);
    const limited = this.account.pay(known ? this.price(event) : 1, this.space.nowMs());
    if (limited !== undefined) return limited;
    if (event === tooLong) return { code: "limit", message: `a message of ${args[0]} characters is too long: send fewer commands at a time` };
    if (!known) return unknownMessage(event, this.namespace, this.messages);
    if (reply === undefined && this.needsReply(event))
      return { code: "invalid", message: `${event} must be sent with an acknowledgement: that is where its answer goes` };
    return undefined;
  }

  #refuse(event: unknown, error: CommandError, reply: Reply | undefined): void {
    this.space.measures.refused(error.code);
    // The answer of `commands` is always a list.
    if (reply !== undefined) reply(event === "commands" ? [refusal("", error)] : { ok: false, error });
    else this.#socket.emit("refused", error);
  }

  #knows(event: string): event is Message {
    return (this.messages as readonly string[]).includes(event);
  }
}

function ignore(): void {}
