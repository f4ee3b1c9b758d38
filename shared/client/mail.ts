import type { AgentId, Group } from "../model/index.ts";
import type { Notice } from "../protocol/index.ts";
import { Listeners } from "./listeners.ts";

export type MessageNotice = Extract<Notice, { type: "message" }>;

/** What another agent said. `body` is whatever it wrote: parse it before you believe it. */
export interface Message {
  readonly from: AgentId;
  readonly kind: string;
  readonly body: string;
}

/** Messages that whoever iterates has not taken yet; beyond them the oldest are lost, as on any link that is too slow. */
const keptAtMost = 1_000;

/** What other agents say to this one in the matter of a group, from the moment on at which it is made. */
export class Mailbox implements AsyncIterable<Message>, Disposable {
  readonly group: Group;
  readonly #close: (mailbox: Mailbox) => void;
  readonly #listeners = new Listeners<[Message]>();
  readonly #ends = new Listeners();
  #ended = false;

  /** @internal Mailboxes come from `Box.messages`. */
  constructor(group: Group, close: (mailbox: Mailbox) => void) {
    this.group = group;
    this.#close = close;
  }

  /** Called with each message, in the order in which they were sent. Returns how to stop listening. */
  onMessage(listener: (message: Message) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Message by message, from now on; ends when the mailbox does. */
  [Symbol.asyncIterator](): AsyncGenerator<Message, void> {
    const kept: Message[] = [];
    let wake = (): void => undefined;
    // Listens from the call on, not from the first look.
    const stops = [
      this.#listeners.add((message) => {
        kept.push(message);
        if (kept.length > keptAtMost) kept.shift();
        wake();
      }),
      this.#ends.add(() => wake()),
    ];
    const hasEnded = () => this.#ended;
    return (async function* () {
      try {
        while (!hasEnded()) {
          const message = kept.shift();
          if (message !== undefined) yield message;
          else
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
        }
      } finally {
        for (const stop of stops) stop();
      }
    })();
  }

  close(): void {
    this.#ended = true;
    this.#close(this);
    this.#ends.tell();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal */
  deliver(message: Message): void {
    this.#listeners.tell(message);
  }
}

/** The mailboxes of a box. What comes for a group that has none is lost. */
export class Mail {
  readonly #mailboxes = new Set<Mailbox>();

  open(group: Group): Mailbox {
    const mailbox = new Mailbox(group, (closed) => this.#mailboxes.delete(closed));
    this.#mailboxes.add(mailbox);
    return mailbox;
  }

  deliver({ group, from, kind, body }: MessageNotice): void {
    for (const mailbox of [...this.#mailboxes]) if (mailbox.group === group) mailbox.deliver({ from, kind, body });
  }

  close(): void {
    for (const mailbox of [...this.#mailboxes]) mailbox.close();
  }
}
