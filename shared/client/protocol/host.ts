import type { Ask, Input, Machine, Output, Step } from "../../agents/machine.ts";
import type { AgentId, Group, NodeView } from "../../model/index.ts";
import { SignalboxError } from "../errors.ts";
import { Listeners } from "../listeners.ts";
import type { Message as Mail } from "../mail.ts";
import { randomKey } from "../session.ts";
import { Asks } from "./asks.ts";
import type { NodeClock } from "./clock.ts";
import { Keeping } from "./keeping.ts";
import { fits, parcelKind, parcelsOf, parsed, Unpacker } from "./parcels.ts";
import { memoryNodeStore, type NodeStore } from "./store.ts";
import { Teller } from "./teller.ts";

export interface RunOptions<Config> {
  /** Under which name the nodes find each other, and operators them. */
  group: Group;
  /** Who this node is and with whom it runs the protocol, as the protocol wants it said. */
  config: Config;
  /** Where it keeps what has to survive a crash. Left out, it is in memory: Raft needs more than that, see `memoryNodeStore`. */
  store?: NodeStore;
  /** Entry `index` of the log is committed: apply it. Called once for each, in order; waited for. */
  apply?: (index: number, value: string) => void | Promise<void>;
  /** What all entries up to `index` made: put it in the place of whatever was applied. Waited for. */
  restore?: (index: number, state: string) => void | Promise<void>;
}

/** A node of a protocol that this agent runs with others. Made by `Box.run`. */
export interface RunningNode extends AsyncDisposable {
  readonly group: Group;
  /** What it shows of itself; role `leader` means that it believes it leads. */
  readonly view: NodeView;
  /** Why it stopped; undefined while it runs. */
  readonly stoppedWhy: SignalboxError | undefined;
  /** Called after each step that changed its role, its term or whom it takes for the leader. Returns how to stop listening. */
  onChange(listener: (view: NodeView) => void): () => void;
  campaign(): void;
  resign(): void;
  /** As leader: makes another one leader. */
  transfer(to: AgentId): void;
  /**
   * Puts a value into the log; a node that does not lead sends it to the one that does. Resolves once it is applied here, with
   * its index. Throws `unavailable` where nothing comes of it, `unknown` or `deadline` where it may be applied all the same: to
   * ask again under the same `id` is safe, for what was applied is not applied a second time, as long as the group still
   * tells the id (`idsKept`). Left out, the id is one of its own.
   */
  propose(value: string, options?: { withinMs?: number; id?: string }): Promise<string>;
  /** As leader: what is committed, without going through the log. Throws `unavailable` where it is refused, `deadline` when there is no answer in time. */
  read(options?: { withinMs?: number }): Promise<string>;
  /** As leader: who takes part from now on. Throws as `propose`. */
  changeMembers(members: readonly AgentId[], options?: { learners?: readonly AgentId[]; withinMs?: number }): Promise<string>;
  stop(): Promise<void>;
}

/** What a node needs of the box. */
export interface NodePorts {
  readonly clock: NodeClock;
  readonly agent: AgentId;
  /** Sends, or loses it: whatever runs here is made for loss. */
  send(to: AgentId, kind: string, body: string): void;
  tell(view: NodeView | null): Promise<void>;
  stopped(): void;
  log(message: string, detail: object): void;
}

type Happening<Message> = { readonly type: "message"; readonly from: AgentId; readonly message: Message } | { readonly type: "ask"; readonly ask: Ask } | Timer;

interface Timer {
  readonly type: "timer";
  readonly timer: string;
}

/** Messages that wait for their step; more are lost. */
const waitingAtMost = 1_000;
const answerWithinMs = 10_000;

/**
 * Runs one node of a protocol over a live connection: the same machine that the simulator runs. Its outputs are obeyed in
 * their order, one step after the other, and what has to be durable is so before anything behind it happens.
 */
export class Host<Config, Node, Message, Durable> implements RunningNode {
  readonly group: Group;
  readonly #machine: Machine<Config, Node, Message, Durable>;
  readonly #options: RunOptions<Config>;
  readonly #ports: NodePorts;
  readonly #keeping: Keeping<Durable>;
  readonly #teller: Teller;
  readonly #asks = new Asks(randomKey(8));
  readonly #unpacker = new Unpacker();
  readonly #changes = new Listeners<[NodeView]>();
  /** By name: how to take it back. */
  readonly #timers = new Map<string, () => void>();
  readonly #waiting: (() => Happening<Message> | undefined)[] = [];
  #node: Node;
  #stand = "";
  #texts = 0;
  #running = true;
  #stopped: SignalboxError | undefined;

  private constructor(machine: Machine<Config, Node, Message, Durable>, options: RunOptions<Config>, ports: NodePorts, keeping: Keeping<Durable>, node: Node) {
    this.group = options.group;
    this.#machine = machine;
    this.#options = options;
    this.#ports = ports;
    this.#keeping = keeping;
    this.#node = node;
    this.#teller = new Teller(
      () => this.view,
      (view) => ports.tell(view),
    );
  }

  /** Starts a node, with what its store has of it. Throws when that is not what the machine persists. */
  static async start<Config, Node, Message, Durable>(
    machine: Machine<Config, Node, Message, Durable>,
    options: RunOptions<Config>,
    ports: NodePorts,
  ): Promise<Host<Config, Node, Message, Durable>> {
    const keeping = new Keeping<Durable>(options.store ?? memoryNodeStore());
    const durable = await keeping.load(machine.durable).catch((error: unknown) => {
      const problem = error instanceof Error ? error.message : String(error);
      throw new SignalboxError("invalid", `${machine.name} cannot go on with what is saved of ${ports.agent} in ${options.group}: ${problem}`, {
        cause: error,
      });
    });
    const first = machine.start(options.config, momentOf(ports.clock), durable);
    const host = new Host(machine, options, ports, keeping, first.node);
    await host.#begin(first);
    return host;
  }

  get view(): NodeView {
    return this.#machine.view(this.#node, momentOf(this.#ports.clock).nowMs);
  }

  get stoppedWhy(): SignalboxError | undefined {
    return this.#stopped;
  }

  onChange(listener: (view: NodeView) => void): () => void {
    return this.#changes.add(listener);
  }

  campaign(): void {
    this.#ask({ type: "campaign" });
  }

  resign(): void {
    this.#ask({ type: "resign" });
  }

  transfer(to: AgentId): void {
    this.#ask({ type: "transfer", to });
  }

  propose(value: string, { withinMs = answerWithinMs, id = this.#asks.newId() }: { withinMs?: number; id?: string } = {}): Promise<string> {
    return this.#answerTo(withinMs, { type: "propose", id, value });
  }

  read({ withinMs = answerWithinMs }: { withinMs?: number } = {}): Promise<string> {
    return this.#answerTo(withinMs, { type: "read", id: this.#asks.newId() });
  }

  changeMembers(
    members: readonly AgentId[],
    { learners, withinMs = answerWithinMs }: { learners?: readonly AgentId[]; withinMs?: number } = {},
  ): Promise<string> {
    return this.#answerTo(withinMs, { type: "members", id: this.#asks.newId(), members, ...(learners && { learners }) });
  }

  /** As if it had crashed: its store keeps what it needs to come back. */
  async stop(): Promise<void> {
    if (this.#stopped !== undefined) return;
    this.end(new SignalboxError("closed", `The node of ${this.group} was stopped.`));
    await this.#ports.tell(null).catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** @internal */
  end(why: SignalboxError): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = why;
    this.#teller.stop();
    for (const takeBack of this.#timers.values()) takeBack();
    this.#timers.clear();
    this.#waiting.length = 0;
    this.#asks.end(why);
    this.#ports.stopped();
  }

  /** @internal A message of another node. */
  receive({ from, kind, body }: Mail): void {
    const { name, message } = this.#machine;
    const text = kind === parcelKind(name) ? this.#unpacker.take(from, body) : body;
    if ((kind !== name && kind !== parcelKind(name)) || text === undefined) return;
    const read = message.safeParse(parsed(text));
    if (!read.success) this.#ports.log("a message that is none of the protocol", { group: this.group, from, problem: read.error.message });
    else if (this.#waiting.length < waitingAtMost) this.#put(() => ({ type: "message", from, message: read.data }));
  }

  /** @internal The agent has a new session, in which the server knows nothing of the node. */
  newSession(): void {
    this.#teller.forget();
  }

  // -- Steps, one after the other

  #ask(ask: Ask): void {
    if (this.#stopped === undefined) this.#put(() => ({ type: "ask", ask }));
  }

  #answerTo(withinMs: number, ask: Ask & { readonly id: string }): Promise<string> {
    if (this.#stopped !== undefined) return Promise.reject(this.#stopped);
    return this.#asks.ask(ask.id, withinMs, () => this.#ask(ask));
  }

  /** What happens next, where it still does when its turn comes. */
  #put(happens: () => Happening<Message> | undefined): void {
    if (this.#stopped !== undefined) return;
    this.#waiting.push(happens);
    if (!this.#running) void this.#run();
  }

  async #begin(first: Step<Node, Message, Durable>): Promise<void> {
    await this.#take(() => first);
    await this.#run();
    if (this.#stopped !== undefined) throw this.#stopped;
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let happens = this.#waiting.shift(); happens !== undefined; happens = this.#waiting.shift()) {
      const happening = happens();
      if (happening === undefined) continue;
      const input: Input<Message> = { ...momentOf(this.#ports.clock), ...happening };
      await this.#take(() => this.#machine.step(this.#node, input));
    }
    this.#running = false;
  }

  /** A node that cannot do what it is told must not go on as if it had: it ends, as by a crash. */
  async #take(step: () => Step<Node, Message, Durable>): Promise<void> {
    try {
      const { node, outputs } = step();
      this.#node = node;
      for (const output of outputs) {
        if (this.#stopped !== undefined) return;
        const done = this.#obey(output);
        if (done !== undefined) await done;
      }
    } catch (error) {
      this.#ports.log("a node stopped", { group: this.group, problem: String(error) });
      const problem = error instanceof Error ? error.message : String(error);
      this.end(new SignalboxError("unavailable", `The node of ${this.group} stopped: ${problem}`, { cause: error }));
      return;
    }
    if (this.#stopped === undefined) this.#look();
  }

  #look(): void {
    const { view } = this;
    const stand = `${view.role} ${view.term} ${view.leader}`;
    this.#teller.look();
    if (stand === this.#stand) return;
    this.#stand = stand;
    this.#changes.tell(view);
  }

  /** Gives what has to be waited for. */
  #obey(output: Output<Message, Durable>): void | Promise<void> {
    switch (output.type) {
      case "send":
        return this.#send(output.to, JSON.stringify(output.message));
      case "persist":
        return this.#keeping.keep(output.durable);
      case "timer":
        return this.#setTimer(output.timer, output.afterMs);
      case "apply":
        return this.#options.apply?.(output.index, output.value);
      case "restore":
        return this.#options.restore?.(output.index, output.state);
      case "answer":
        return this.#asks.answered(output.id, output.value);
      case "refused":
        return this.#asks.refused(output.id, output.why);
      case "unknown":
        return this.#asks.unknown(output.id, output.why);
    }
  }

  #send(to: AgentId, text: string): void {
    const { name } = this.#machine;
    if (fits(text)) return this.#ports.send(to, name, text);
    this.#texts++;
    for (const parcel of parcelsOf(text, this.#texts)) this.#ports.send(to, parcelKind(name), parcel);
  }

  #setTimer(timer: string, afterMs: number | null): void {
    this.#timers.get(timer)?.();
    this.#timers.delete(timer);
    if (afterMs === null) return;
    const takeBack = this.#ports.clock.after(afterMs, () => this.#put(goesOff));
    this.#timers.set(timer, takeBack);
    // A step that came between may have set it anew, or taken it back.
    const goesOff = (): Timer | undefined => {
      if (this.#timers.get(timer) !== takeBack) return undefined;
      this.#timers.delete(timer);
      return { type: "timer", timer };
    };
  }
}

function momentOf({ nowMs }: NodeClock): { nowMs: number; chance: number } {
  return { nowMs: Math.floor(nowMs), chance: Math.random() };
}
