import type { Socket } from "socket.io";
import { previewAct } from "../../shared/engine/preview.ts";
import { type CommandInput, subscribe } from "../../shared/host/index.ts";
import { type Actor, type CommandError, type Event, type OperatorCommand, operatorCommandSchema, type Snapshot } from "../../shared/model/index.ts";
import {
  creditSchema,
  historySchema,
  type OperatorToServer,
  previewSchema,
  protocolVersion,
  type ServerToOperator,
  stateSchema,
  subscribeSchema,
  vitalsSchema,
} from "../../shared/protocol/index.ts";
import type { Ticket } from "../host/space.ts";
import type { Account } from "./accounts.ts";
import { type BatchOptions, runCommands } from "./batch.ts";
import { Connection, type Place } from "./connection.ts";
import { creditFrames, type FrameStream, type Viewer } from "./frame-stream.ts";
import { readHistory } from "./history.ts";
import { invalid, type Reply, unavailable } from "./messages.ts";
import { sightOf, snapshotInSight, viewOf } from "./viewer-sight.ts";

/** Each may have to look far back. */
const questionsAtOnce = 8;

export type OperatorSocket = Socket<OperatorToServer, ServerToOperator>;

/** The space as a viewer needs it. */
export interface OperatorPlace extends Place {
  readonly frames: FrameStream;
  /** When the space comes back by itself, while it is gone for a fault drill. */
  readonly backMs: number | undefined;
  /** Takes a command that ends what keeps the space away. */
  divert(command: CommandInput, ticket: Ticket): boolean;
  /** Why a command may not be given here. */
  problem(command: OperatorCommand): CommandError | undefined;
}

export interface OperatorConnectionOptions {
  readonly socket: OperatorSocket;
  readonly place: OperatorPlace;
  readonly spaces: readonly string[];
  readonly account: Account;
  readonly actor: Actor;
  readonly onSubscribed: () => void;
  /** Failures may be injected here. */
  readonly allowFaults: boolean;
}

/** A viewer's or an operator's connection. Viewers may look at everything and change nothing. */
export class OperatorConnection extends Connection<keyof OperatorToServer> implements Viewer {
  protected override readonly namespace = "/operators";
  protected override readonly messages = ["subscribe", "credit", "commands", "history", "state", "preview", "vitals"] as const;
  readonly #socket: OperatorSocket;
  readonly #spaces: readonly string[];
  readonly #actor: Actor;
  readonly #place: OperatorPlace;
  readonly #onSubscribed: () => void;
  readonly #batch: BatchOptions<OperatorCommand>;
  #subscribing = false;
  #questions = 0;

  constructor({ socket, place, spaces, account, actor, onSubscribed, allowFaults }: OperatorConnectionOptions) {
    super(socket, place, account);
    this.#socket = socket;
    this.#spaces = spaces;
    this.#actor = actor;
    this.#place = place;
    this.#onSubscribed = onSubscribed;
    this.#batch = {
      schema: operatorCommandSchema,
      place,
      account,
      divert: (command, ticket) => place.divert(command, ticket),
      from: (command) => ({ from: "operator", actor, command }),
      refuse: allowFaults ? (command) => place.problem(command) : refuseFaults,
    };
  }

  enter(): void {
    this.#socket.join(roomOf(this.space.name));
  }

  leave(): void {
    this.#socket.leave(roomOf(this.space.name));
  }

  lagged(): void {
    this.#socket.emit("lagged");
  }

  disconnected(): void {
    this.#place.frames.remove(this);
  }

  protected override price(message: keyof OperatorToServer): number {
    switch (message) {
      case "subscribe":
      case "history":
      case "state":
        return 50;
      case "commands":
        return 0;
      default:
        return 1;
    }
  }

  protected override needsReply(message: keyof OperatorToServer): boolean {
    return message !== "credit";
  }

  protected override receive(message: keyof OperatorToServer, content: unknown, reply: Reply) {
    switch (message) {
      case "subscribe":
        return this.#subscribe(content, reply);
      case "credit":
        return this.#credit(content, reply);
      case "commands":
        return runCommands(content, this.#batch, reply, this.#actor.role === "operator" ? undefined : this.#forbidden());
      case "history":
        return this.#history(content, reply);
      case "state":
        return this.#state(content, reply);
      case "preview":
        return this.#preview(content, reply);
      case "vitals":
        return this.#vitals(content, reply);
    }
  }

  #forbidden(): CommandError {
    return { code: "unauthorized", message: `${this.#actor.principal} is a ${this.#actor.role} and may look, but not act: that needs the role operator` };
  }

  #subscribe(content: unknown, reply: Reply) {
    const parsed = subscribeSchema.safeParse(content);
    if (!parsed.success) return refuse(reply, invalid(parsed.error));
    if (!this.#socket.conn.transport.writable) {
      // A snapshot can be large, and nothing else would keep a peer that does not read from asking for many.
      return refuse(reply, { code: "limit", message: "this connection has not read what was sent to it; try again in 1000 ms", retryMs: 1_000 });
    }
    if (this.#subscribing) return refuse(reply, { code: "conflict", message: "this connection is subscribing already: wait for the answer" });
    const { after } = parsed.data;
    this.#subscribing = true;
    const { space } = this;
    const { frames } = this.#place;
    subscribe({
      viewer: this,
      frames,
      recent: space.recent,
      after: space.stoppedReason === undefined ? after : undefined,
      snapshotOf: () => viewOf(space),
      whenDurable: (run) =>
        space.whenDurable((stopped) => {
          if (stopped !== undefined) this.#stopped(stopped, reply);
          else if (this.#socket.connected) run();
        }),
      admitted: (_, snapshot, events) => this.#subscribed(snapshot, events, reply),
    });
  }

  #stopped(reason: string, reply: Reply) {
    this.#subscribing = false;
    refuse(reply, unavailable(this.space.name, reason));
    const { backMs } = this.#place;
    if (backMs !== undefined) this.#socket.emit("stopped", { reason, backMs });
  }

  #subscribed(snapshot: Snapshot | null, events: readonly Event[], reply: Reply): void {
    this.#subscribing = false;
    reply({
      ok: true,
      space: this.space.name,
      spaces: this.#spaces,
      protocol: protocolVersion,
      actor: this.#actor,
      serverMs: this.space.nowMs(),
      snapshot,
      events: sightOf(events),
      creditFrames,
    });
    this.#onSubscribed();
  }

  #credit(content: unknown, reply: Reply): void {
    const parsed = creditSchema.safeParse(content);
    // A viewer that takes frames in slowly, as a fault has it, gives no credit back.
    if (parsed.success && this.#isSlow()) return;
    if (parsed.success) this.#place.frames.credit(this, parsed.data.position);
    else {
      refuse(reply, invalid(parsed.error));
      this.#socket.emit("refused", invalid(parsed.error));
    }
  }

  #isSlow(): boolean {
    for (const fault of this.space.state.faults.values()) if (fault.kind === "slowViewer") return true;
    return false;
  }

  #history(content: unknown, reply: Reply) {
    const parsed = historySchema.safeParse(content);
    if (!parsed.success) return refuse(reply, invalid(parsed.error));
    this.#lookBack(reply, async () => {
      const { events, more } = await readHistory(this.space, parsed.data);
      reply({ ok: true, events: sightOf(events), more });
    });
  }

  #state(content: unknown, reply: Reply) {
    const parsed = stateSchema.safeParse(content);
    if (!parsed.success) return refuse(reply, invalid(parsed.error));
    this.#lookBack(reply, async () => {
      const snapshot = await this.space.journal.checkpointBefore(parsed.data.at);
      reply({ ok: true, snapshot: snapshot === null ? null : snapshotInSight(snapshot), oldest: this.space.oldestPosition });
    });
  }

  /** Reads the journal, with few others at the same time. */
  #lookBack(reply: Reply, read: () => Promise<void>): void {
    const { stoppedReason } = this.space;
    if (stoppedReason !== undefined && this.#place.backMs !== undefined) return refuse(reply, unavailable(this.space.name, stoppedReason));
    if (this.#questions === questionsAtOnce) {
      return refuse(reply, {
        code: "limit",
        message: `a connection may ask ${questionsAtOnce} questions on history at the same time; try again in 200 ms`,
        retryMs: 200,
      });
    }
    this.#questions++;
    read()
      .catch((error: unknown) =>
        refuse(reply, { code: "unavailable", message: `the journal could not be read: ${error instanceof Error ? error.message : String(error)}` }),
      )
      .finally(() => this.#questions--);
  }

  #preview(content: unknown, reply: Reply) {
    const parsed = previewSchema.safeParse(content);
    if (!parsed.success) return refuse(reply, invalid(parsed.error));
    const refused = this.#batch.refuse?.(parsed.data.command);
    if (refused !== undefined) return refuse(reply, refused);
    const effect = previewAct(this.space.state, this.#actor, parsed.data.command, this.space.nowMs());
    // What it rests on may run ahead of the journal.
    this.space.whenDurable((stopped) => {
      if (stopped !== undefined) refuse(reply, unavailable(this.space.name, stopped));
      else if ("error" in effect) refuse(reply, effect.error);
      else reply({ ok: true, effect });
    });
  }

  #vitals(content: unknown, reply: Reply) {
    const parsed = vitalsSchema.safeParse(content);
    if (!parsed.success) return refuse(reply, invalid(parsed.error));
    const vitals: { session: string; renewedMs: number }[] = [];
    for (const session of parsed.data.sessions) {
      const renewedMs = this.space.lastRenewal(session);
      if (renewedMs !== undefined) vitals.push({ session, renewedMs });
    }
    reply({ ok: true, serverMs: this.space.nowMs(), vitals });
  }
}

/** Stopping and healing are always allowed; beginning is not. */
function refuseFaults(command: OperatorCommand): CommandError | undefined {
  if (command.type !== "fault.inject" && command.type !== "schedule.set") return undefined;
  return { code: "unauthorized", message: "This server does not let failures be injected. Start it with --allow-faults where that is wanted." };
}

/** All who see the frames of a space. */
export function roomOf(space: string): string {
  return `space:${space}`;
}

function refuse(reply: Reply, error: CommandError): void {
  reply({ ok: false, error });
}
