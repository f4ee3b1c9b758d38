import type { Event } from "../../shared/model/index.ts";
import { worldStore } from "./world.ts";

/** Something that is made of the events in order, and can begin anew. */
export interface Fold {
  take(events: readonly Event[]): void;
  reset(): void;
}

/**
 * Feeds a fold with the log of the space that is looked at: all that is there, then what comes. Older pages and another
 * space begin it anew. `told` is called after every change. Returns how to stop.
 */
export function followLog(fold: Fold, told: () => void): () => void {
  let log = worldStore.getState().events;
  const follow = (): (() => void) => {
    const followed = log;
    const anew = () => {
      fold.reset();
      fold.take(followed.slice());
      told();
    };
    anew();
    return followed.subscribe((change) => {
      if (change.kind !== "appended") return anew();
      fold.take(followed.slice(change.from, change.to));
      told();
    });
  };
  let stop = follow();
  const stopWorld = worldStore.subscribe(({ events }) => {
    if (events === log) return;
    stop();
    log = events;
    stop = follow();
  });
  return () => {
    stop();
    stopWorld();
  };
}
