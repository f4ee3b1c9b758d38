import type { Event, Snapshot } from "../model/index.ts";
import type { Frames, Viewer } from "./frames.ts";
import type { RecentEvents } from "./recent-events.ts";

export interface Subscription {
  readonly viewer: Viewer;
  readonly frames: Pick<Frames, "position" | "admit" | "remove">;
  readonly recent: RecentEvents;
  /** Up to where the viewer has seen; undefined when it has nothing. */
  readonly after: number | undefined;
  /** What the viewer would see now. Runs ahead of the journal. */
  readonly snapshotOf: () => Snapshot;
  /** Calls back once all that is decided by now is durable, if the viewer is still there. */
  readonly whenDurable: (run: () => void) => void;
  /** The viewer is in: the next frame follows on these events, and they on `after` or on the snapshot. */
  readonly admitted: (after: number, snapshot: Snapshot | null, events: readonly Event[]) => void;
}

/**
 * Lets a viewer see what comes after where it is, as long as that is at hand; else from a snapshot on, which is shown once
 * it is durable. When more becomes durable at once than is kept at hand, that snapshot is too old, and there is another.
 */
export function subscribe({ viewer, frames, recent, after, snapshotOf, whenDurable, admitted }: Subscription): void {
  const enter = (position: number, snapshot: Snapshot | null): void =>
    frames.admit(viewer, position, () => {
      if (recent.reachesBackTo(position)) return admitted(position, snapshot, recent.between(position, frames.position) ?? []);
      frames.remove(viewer);
      enterAnew();
    });
  const enterAnew = (): void => {
    const snapshot = snapshotOf();
    whenDurable(() => enter(snapshot.position, snapshot));
  };
  if (after !== undefined && recent.between(after, frames.position) !== undefined) enter(after, null);
  else enterAnew();
}
