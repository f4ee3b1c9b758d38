import type { Machine } from "../../agents/machine.ts";
import type { Group } from "../../model/index.ts";
import { SignalboxError } from "../errors.ts";
import type { Mail } from "../mail.ts";
import { NodeClock } from "./clock.ts";
import { Host, type NodePorts, type RunningNode, type RunOptions } from "./host.ts";

type Hosted = RunningNode & { newSession(): void; end(why: SignalboxError): void };

/** The nodes that an agent runs, one a group, over all its sessions. */
export class Nodes {
  readonly #mail: Mail;
  readonly #portsOf: (group: Group) => Omit<NodePorts, "stopped" | "clock">;
  readonly #clock = new NodeClock();
  /** Undefined while it starts. */
  readonly #hosts = new Map<Group, Hosted | undefined>();
  #closed: SignalboxError | undefined;

  constructor(mail: Mail, portsOf: (group: Group) => Omit<NodePorts, "stopped" | "clock">) {
    this.#mail = mail;
    this.#portsOf = portsOf;
  }

  async run<Config, Node, Message, Durable>(machine: Machine<Config, Node, Message, Durable>, options: RunOptions<Config>): Promise<RunningNode> {
    const { group } = options;
    if (this.#closed !== undefined) throw this.#closed;
    if (this.#hosts.has(group)) throw new SignalboxError("conflict", `This agent runs a node in ${group} already.`);
    this.#hosts.set(group, undefined);
    const mailbox = this.#mail.open(group);
    const stopped = (): void => {
      mailbox.close();
      this.#hosts.delete(group);
    };
    try {
      const host = await Host.start(machine, options, { ...this.#portsOf(group), clock: this.#clock, stopped });
      if (this.#closed !== undefined) host.end(this.#closed);
      if (host.stoppedWhy !== undefined) throw host.stoppedWhy;
      this.#hosts.set(group, host);
      mailbox.onMessage((message) => host.receive(message));
      return host;
    } catch (error) {
      stopped();
      throw error;
    }
  }

  /** The server knows nothing of them any more. */
  newSession(): void {
    for (const host of this.#hosts.values()) host?.newSession();
  }

  /** Their clock runs so many times as fast from now on: what a fault drill says of it. */
  drift(rate: number): void {
    this.#clock.drift(rate);
  }

  end(why: SignalboxError): void {
    this.#closed = why;
    for (const host of [...this.#hosts.values()]) host?.end(why);
  }
}
