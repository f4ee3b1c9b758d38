import type { Event, KillPoint } from "../../../shared/model/index.ts";

/** What a space asks on the way of each batch, where fault drills are allowed. */
export interface Drill {
  /** Does the server die here, now? Then the space has been told to, and nothing of it may leave any more. */
  diesAt(point: KillPoint, batch: readonly Event[]): boolean;
}
