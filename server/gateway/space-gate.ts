import type { CommandInput } from "../../shared/host/index.ts";
import type { CommandError, Event, OperatorCommand } from "../../shared/model/index.ts";
import type { Notice, Report, ServerToOperator } from "../../shared/protocol/index.ts";
import type { Machine } from "../host/faults/machine.ts";
import type { Space, SpaceListener, Ticket } from "../host/space.ts";
import type { SessionConnections } from "./agent-connection.ts";
import { Troublemaker } from "./faults/troublemaker.ts";
import { FrameStream } from "./frame-stream.ts";
import { type OperatorPlace, roomOf } from "./operator-connection.ts";
import { sightOf } from "./viewer-sight.ts";

/** Reports with different names that are kept for those who come later. */
const keptReports = 16;

type Emit = { emit<E extends keyof ServerToOperator>(event: E, ...args: Parameters<ServerToOperator[E]>): boolean };
type Rooms = { to(room: string): Emit };

/** One space as seen from its connections: takes what became durable to those whom it concerns. */
export class SpaceGate implements SpaceListener, OperatorPlace {
  readonly sessions: SessionConnections = new Map();
  /** Who else in this process wants to see what became durable. */
  readonly followers = new Set<(events: readonly Event[]) => void>();
  readonly #machine: Machine;
  readonly #everyone: () => Emit;
  readonly #hangUp: () => void;
  readonly #reports = new Map<string, Report>();
  #space: Space;
  #frames: FrameStream;
  #trouble: Troublemaker;
  /** Up to here everybody in this process was told. */
  #told: number;

  /** @param hangUp breaks the connections of all who are in this space. */
  constructor(space: Space, machine: Machine, operators: Rooms, hangUp: (gate: SpaceGate) => void) {
    this.#space = space;
    this.#machine = machine;
    this.#everyone = () => operators.to(roomOf(space.name));
    this.#hangUp = () => hangUp(this);
    this.#told = space.durablePosition;
    [this.#frames, this.#trouble] = this.#enter(space);
    machine.onBack = (back) => this.#back(back);
    machine.onReason = (reason) => this.#say(reason);
  }

  get space(): Space {
    return this.#space;
  }

  get frames(): FrameStream {
    return this.#frames;
  }

  get backMs(): number | undefined {
    return this.#machine.backMs;
  }

  divert(command: CommandInput, ticket: Ticket): boolean {
    return this.#machine.takes(command, ticket);
  }

  problem(command: OperatorCommand): CommandError | undefined {
    return this.#machine.problem(command);
  }

  notices(session: string, notices: readonly Notice[], from: string | undefined): void {
    this.sessions.get(session)?.notify(notices, from);
  }

  events(events: readonly Event[]): void {
    this.#tell(events);
    this.#trouble.follow(events);
    this.#frames.publish(events);
  }

  stopped(reason: string): void {
    this.#machine.stopped();
    if (this.backMs === undefined) return this.#say(reason);
    // A drill: as in a crash, everybody finds the connection gone.
    this.#frames.close();
    this.#trouble.close();
    this.#hangUp();
  }

  /** The space was opened anew from its journal. Whoever comes back resumes. */
  #back(space: Space): void {
    this.#space = space;
    [this.#frames, this.#trouble] = this.#enter(space);
    // What became durable in the last moment before, and while it was opened.
    this.#tell(space.recent.between(this.#told, space.durablePosition) ?? []);
  }

  #enter(space: Space): [FrameStream, Troublemaker] {
    const frames = new FrameStream({
      position: space.durablePosition,
      nowMs: () => space.nowMs(),
      send: (frame) => this.#everyone().emit("frame", { ...frame, events: sightOf(frame.events) }),
    });
    space.listen(this);
    return [frames, new Troublemaker(space, this.sessions)];
  }

  #tell(events: readonly Event[]): void {
    this.#told = events.at(-1)?.position ?? this.#told;
    this.#machine.follow(events);
    for (const follower of this.followers) follower(events);
  }

  #say(reason: string): void {
    const { backMs } = this;
    this.#everyone().emit("stopped", { reason, ...(backMs !== undefined && { backMs }) });
  }

  report(report: Report): void {
    if (!this.#reports.has(report.name) && this.#reports.size >= keptReports) return;
    this.#reports.set(report.name, report);
    this.#everyone().emit("report", report);
  }

  /** To one who came after they were made. */
  sendReports(viewer: Emit): void {
    for (const report of this.#reports.values()) viewer.emit("report", report);
  }

  close(reason: string): void {
    this.#say(reason);
    this.#frames.close();
    this.#trouble.close();
  }
}
