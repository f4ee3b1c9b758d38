import { describe, expect, test } from "vitest";
import type { Event, Snapshot } from "../model/index.ts";
import { emptyState, toSnapshot } from "../state/index.ts";
import { Frames, RecentEvents, subscribe, type Viewer } from "./index.ts";

const kept = 10;
const event = (position: number): Event => ({ type: "session.connected", position, atMs: position, session: "s", agent: "a" });

/** A space that writes `session.connected` again and again, and what its one viewer is let in with. */
class Watched {
  readonly recent = new RecentEvents(kept, 0);
  readonly frames = new Frames({ position: 0, nowMs: () => 0, send: () => {} });
  readonly durable: (() => void)[] = [];
  readonly letIn: { after: number; fresh: boolean; events: number[]; follows: number }[] = [];
  position = 0;

  write(count: number): void {
    const events = Array.from({ length: count }, () => event(++this.position));
    this.recent.push(events);
    this.frames.publish(events);
  }

  subscribe(after: number | undefined): void {
    const viewer: Viewer = { enter: () => {}, leave: () => {}, lagged: () => {} };
    subscribe({
      viewer,
      frames: this.frames,
      recent: this.recent,
      after,
      snapshotOf: (): Snapshot => ({ ...toSnapshot(emptyState("test")), position: this.position }),
      whenDurable: (run) => this.durable.push(run),
      admitted: (from, snapshot, events) =>
        this.letIn.push({ after: from, fresh: snapshot !== null, events: events.map(({ position }) => position), follows: this.frames.position }),
    });
  }
}

describe("JR-8 a viewer is let in", () => {
  test("with what came since it was here, while that is at hand", () => {
    const space = new Watched();
    space.write(8);
    space.subscribe(5);
    expect(space.letIn).toEqual([{ after: 5, fresh: false, events: [6, 7, 8], follows: 8 }]);
  });

  test("with a snapshot, and what became durable after it", () => {
    const space = new Watched();
    space.write(50);
    space.subscribe(5);
    space.write(3);
    space.durable.shift()?.();
    expect(space.letIn).toEqual([{ after: 50, fresh: true, events: [51, 52, 53], follows: 53 }]);
  });

  test("with another snapshot when more became durable at once than is kept", () => {
    const space = new Watched();
    space.subscribe(undefined);
    space.write(5 * kept);
    space.durable.shift()?.();
    expect(space.letIn).toEqual([]);
    expect(space.frames.viewers).toBe(0);
    space.durable.shift()?.();
    expect(space.letIn).toEqual([{ after: 5 * kept, fresh: true, events: [], follows: 5 * kept }]);
    expect(space.frames.viewers).toBe(1);
  });

  test("with another snapshot when a frame carries more than is kept", () => {
    const space = new Watched();
    space.subscribe(undefined);
    space.durable.shift()?.();
    space.write(1);
    // Waits for the frame up to its snapshot, which takes in what is written meanwhile.
    space.subscribe(undefined);
    space.write(5 * kept);
    space.durable.shift()?.();
    space.frames.tick(0);
    expect(space.letIn).toHaveLength(1);
    space.durable.shift()?.();
    expect(space.letIn[1]).toEqual({ after: 5 * kept + 1, fresh: true, events: [], follows: 5 * kept + 1 });
  });
});
