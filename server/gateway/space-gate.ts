import type { Event } from "../../shared/model/index.ts";
import type { Notice, Report, ServerToOperator } from "../../shared/protocol/index.ts";
import type { Space, SpaceListener } from "../host/space.ts";
import type { SessionConnections } from "./agent-connection.ts";
import { Troublemaker } from "./faults/troublemaker.ts";
import { FrameStream } from "./frame-stream.ts";
import { roomOf } from "./operator-connection.ts";

/** Reports with different names that are kept for those who come later. */
const keptReports = 16;

type Emit = { emit<E extends keyof ServerToOperator>(event: E, ...args: Parameters<ServerToOperator[E]>): boolean };
type Rooms = { to(room: string): Emit };

/** One space as seen from its connections: takes what became durable to those whom it concerns. */
export class SpaceGate implements SpaceListener {
  readonly space: Space;
  readonly sessions: SessionConnections = new Map();
  /** Who else in this process wants to see what became durable. */
  readonly followers = new Set<(events: readonly Event[]) => void>();
  readonly frames: FrameStream;
  readonly #trouble: Troublemaker;
  readonly #everyone: () => Emit;
  readonly #reports = new Map<string, Report>();

  constructor(space: Space, operators: Rooms) {
    this.space = space;
    this.#everyone = () => operators.to(roomOf(space.name));
    this.frames = new FrameStream({
      position: space.durablePosition,
      nowMs: () => space.nowMs(),
      send: (frame) => this.#everyone().emit("frame", frame),
    });
    this.#trouble = new Troublemaker(space, (session) => this.sessions.get(session));
    space.listen(this);
  }

  notices(session: string, notices: readonly Notice[]): void {
    this.sessions.get(session)?.notify(notices);
  }

  events(events: readonly Event[]): void {
    this.#trouble.follow(events);
    for (const follower of this.followers) follower(events);
    this.frames.publish(events);
  }

  stopped(reason: string): void {
    this.#everyone().emit("stopped", { reason });
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
    this.stopped(reason);
    this.frames.close();
    this.#trouble.close();
  }
}
