import type { Logger } from "pino";
import { chance } from "../../../shared/engine/chance.ts";
import type { CommandInput } from "../../../shared/host/index.ts";
import {
  type CommandError,
  type Event,
  type Fault,
  type FaultKind,
  type KillPoint,
  machineFaultKinds,
  type OperatorCommand,
} from "../../../shared/model/index.ts";
import { type Fate, FaultyJournal } from "../../journal/faulty-journal.ts";
import type { JournalFiles } from "../../journal/files.ts";
import { type Journal, JournalError } from "../../journal/journal.ts";
import type { Measures } from "../measures.ts";
import type { Space, Ticket } from "../space.ts";
import type { Drill } from "./drill.ts";
import { type FlippedBit, flipBit } from "./flipped-bit.ts";
import { tearTail } from "./torn-tail.ts";

export interface MachineOptions {
  readonly name: string;
  /** The space's journal, not yet opened. */
  readonly journal: () => Journal;
  /** Where the journal's files are; undefined where it has none. */
  readonly files: JournalFiles | undefined;
  /** Brings the space back to where its journal ends: the one way in which a space starts. */
  readonly open: (journal: Journal, before: Before) => Promise<Space>;
  /** Fault drills may strike it. */
  readonly allowFaults: boolean;
  readonly log: Logger;
}

/** What a space takes over from the one before it. */
export interface Before {
  readonly drill?: Drill;
  readonly measures?: Measures;
  /** How far its time is ahead of the server's clock. */
  readonly aheadMs?: number;
}

/** A command that has to wait until the space is back. */
interface Waiting {
  readonly command: CommandInput;
  readonly ticket: Ticket;
}

/** Why the space is gone for a while. */
interface Down {
  readonly fault: Fault;
  readonly heal: () => void;
  readonly healed: Promise<void>;
  readonly timer: NodeJS.Timeout;
  /** The batch that its death caught on the way to the disk. */
  readonly lost: readonly Event[];
  readonly position: number;
  readonly waiting: Waiting[];
}

const kinds: ReadonlySet<FaultKind> = new Set(machineFaultKinds);
/** Of the newest events, those of which one gets a bit turned. */
const flippable = 20;

/**
 * The machine that one space's server runs on, as fault drills have it: its process dies at a point, its disk fills up,
 * loses a write, tears one or turns a bit. The space is gone then, as after a crash, and comes back from its journal at the
 * fault's end, the same way as at a start. It stands outside of the space, so that a drill can be stopped while the space is
 * gone. Nothing that was acknowledged is ever touched: what is damaged is a write that nobody was told of, or a copy.
 */
export class Machine implements Drill {
  readonly #options: MachineOptions;
  readonly #armed = new Map<string, Fault>();
  #space: Space | undefined;
  #down: Down | undefined;
  /** The fault that made the last write fail. */
  #filled: Fault | undefined;
  #comingBack: Promise<void> | undefined;
  #opening = false;
  #closed = false;
  /** Called with each space that comes back. */
  onBack: (space: Space) => void = () => {};
  /** Called when more is known of why the space is gone. */
  onReason: (reason: string) => void = () => {};

  constructor(options: MachineOptions) {
    this.#options = options;
  }

  async start(): Promise<Space> {
    const { journal, open, allowFaults } = this.#options;
    if (!allowFaults) return open(journal(), {});
    const before = this.#space;
    // Nothing strikes a server that is about to start.
    this.#opening = true;
    try {
      this.#space = await open(new FaultyJournal(journal(), (batch) => this.#fateOf(batch)), {
        drill: this,
        ...(before !== undefined && { measures: before.measures, aheadMs: before.aheadMs }),
      });
      return this.#space;
    } finally {
      this.#opening = false;
    }
  }

  /** When the space comes back by itself, by its own clock; undefined while it is there, or gone for another reason. */
  get backMs(): number | undefined {
    return this.#down?.fault.untilMs;
  }

  /** Why this may not be injected here, or undefined. */
  problem(command: OperatorCommand): CommandError | undefined {
    if (command.type !== "fault.inject" && command.type !== "schedule.set") return undefined;
    if ((command.kind !== "tornTail" && command.kind !== "bitFlip") || this.#options.files !== undefined) return undefined;
    return { code: "unsupported", field: "kind", message: "The journal of this space is in memory: it has no file that could be damaged." };
  }

  /** Durable events, in order. */
  follow(events: readonly Event[]): void {
    for (const event of events) {
      if (event.type === "fault.began") this.#arm(event.fault);
      else if (event.type === "fault.ended") this.#armed.delete(event.fault);
    }
  }

  /** An operator's command. Stopping the fault that keeps the space down brings it back first; it is true when that was done. */
  takes(command: CommandInput, ticket: Ticket): boolean {
    const down = this.#down;
    if (down === undefined || command.from !== "operator") return false;
    const { command: asked } = command;
    if (asked.type === "fault.stopAll") this.#armed.clear();
    else if (asked.type !== "fault.stop" || asked.fault !== down.fault.fault) return false;
    down.waiting.push({ command, ticket });
    down.heal();
    return true;
  }

  diesAt(point: KillPoint, batch: readonly Event[]): boolean {
    const fault = this.#striking(batch, (one) => one.kind === "killServer" && one.point === point);
    if (fault !== undefined) this.#die(fault);
    return fault !== undefined;
  }

  /** The space takes no more commands. If that was a drill it comes back. */
  stopped(): void {
    const full = this.#filled;
    this.#filled = undefined;
    if (full !== undefined && this.#down === undefined) this.#goDown(full, []);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#armed.clear();
    this.#down?.heal();
    await this.#comingBack;
  }

  #arm(fault: Fault): void {
    if (!this.#options.allowFaults || !kinds.has(fault.kind)) return;
    this.#armed.set(fault.fault, fault);
    // Whoever injected it is answered first.
    if (fault.kind === "bitFlip") setImmediate(() => this.#armed.has(fault.fault) && this.#die(fault));
  }

  #fateOf(batch: readonly Event[]): Fate {
    if (this.#armed.size === 0) return "written";
    const full = this.#striking(batch, (one) => one.kind === "fullDisk");
    if (full !== undefined) {
      this.#filled = full;
      return new JournalError("full", reasonOf(full));
    }
    const fault = this.#striking(batch, (one) => one.kind === "loseUnflushed" || one.kind === "tornTail");
    if (fault === undefined) return "written";
    this.#die(fault, batch);
    return "lost";
  }

  /** A fault that strikes now. None strikes the batch in which it begins or ends. */
  #striking(batch: readonly Event[], strikes: (fault: Fault) => boolean): Fault | undefined {
    if (this.#armed.size === 0 || this.#opening || this.#down !== undefined) return undefined;
    return [...this.#armed.values()].find((fault) => strikes(fault) && !batch.some((event) => isAbout(event, fault)));
  }

  #die(fault: Fault, lost: readonly Event[] = []): void {
    const space = this.#space;
    if (space === undefined || space.stoppedReason !== undefined || this.#closed) return;
    this.#armed.delete(fault.fault);
    this.#goDown(fault, lost);
    space.die(reasonOf(fault));
  }

  #goDown(fault: Fault, lost: readonly Event[]): void {
    const space = this.#space;
    if (space === undefined) return;
    let heal = (): void => {};
    const healed = new Promise<void>((resolve) => {
      heal = resolve;
    });
    const timer = setTimeout(heal, Math.max(0, fault.untilMs - space.nowMs()) + 1);
    const down: Down = { fault, heal, healed, timer, lost, position: space.durablePosition, waiting: [] };
    this.#down = down;
    this.#comingBack = this.#comeBack(space, down).catch((error: unknown) => this.#lostForGood(space, down, error));
  }

  /** The way of a crash: the process is gone, the disk is as it is, somebody mends it, the server starts. */
  async #comeBack(space: Space, down: Down): Promise<void> {
    const { name, log } = this.#options;
    const { fault } = down;
    await space.close();
    const mend = await this.#damage(space, down).catch((error: unknown) => {
      log.error({ space: name, error }, `space ${name}: the fault ${fault.kind} could not be brought about`);
      return undefined;
    });
    await down.healed;
    clearTimeout(down.timer);
    await mend?.putBack();
    this.#armed.delete(fault.fault);
    if (this.#closed) return this.#refuse(down, "the server is shutting down");
    const back = await this.start();
    this.#down = undefined;
    log.info({ space: name, position: back.durablePosition }, `space ${name} is back after the fault ${fault.kind}`);
    this.onBack(back);
    for (const { command, ticket } of down.waiting) back.submit(command, ticket);
  }

  async #damage(space: Space, { fault, lost, position }: Down): Promise<FlippedBit | undefined> {
    const { files, name, log } = this.#options;
    if (files === undefined) return undefined;
    if (fault.kind === "tornTail" && lost.length > 0) {
      await tearTail({ files, space: name, expected: position, lines: lost.map((event) => JSON.stringify(event)).join("\n") }, chance(fault.seed, 0));
    }
    if (fault.kind !== "bitFlip") return undefined;
    const newest = space.recent.newest(flippable);
    const event = newest[Math.floor(chance(fault.seed, 0) * newest.length)];
    if (event === undefined) return undefined;
    const flipped = await flipBit(files, name, JSON.stringify(event), chance(fault.seed, 1));
    log.warn({ space: name, fault: fault.fault }, `space ${name} cannot start: ${flipped.found}`);
    this.#say(space, `${flipped.found} (${reasonOf(fault)})`);
    return flipped;
  }

  /** It could not be brought back: it stays stopped, as after a start that fails. */
  #lostForGood(space: Space, down: Down, error: unknown): void {
    const { name, log } = this.#options;
    const reason = error instanceof Error ? error.message : String(error);
    log.fatal({ space: name, error }, `space ${name} could not be opened again: ${reason}`);
    this.#down = undefined;
    this.#say(space, reason);
    this.#refuse(down, reason);
  }

  #say(space: Space, reason: string): void {
    space.die(reason);
    this.onReason(reason);
  }

  #refuse({ waiting }: Down, reason: string): void {
    for (const { command, ticket } of waiting) {
      const id = command.from === "system" ? "" : command.command.id;
      ticket.answered({ id, ok: false, error: { code: "unavailable", message: `space ${this.#options.name} is stopped: ${reason}` } });
    }
  }
}

function isAbout(event: Event, { fault }: Fault): boolean {
  return (event.type === "fault.began" && event.fault.fault === fault) || (event.type === "fault.ended" && event.fault === fault);
}

const words: Readonly<Record<(typeof machineFaultKinds)[number], string>> = {
  killServer: "its server was killed",
  loseUnflushed: "its server was killed before a write was flushed",
  tornTail: "its server was killed in the midst of a write",
  bitFlip: "its server was killed, and a bit of its journal turned",
  fullDisk: "its disk is full",
};

function reasonOf(fault: Fault): string {
  const what = words[fault.kind as keyof typeof words];
  return `${what}${fault.point === undefined ? "" : ` (${fault.point})`}: fault ${fault.fault} of ${fault.by}. It comes back by itself at ${new Date(fault.untilMs).toISOString()}, or when the fault is stopped`;
}
