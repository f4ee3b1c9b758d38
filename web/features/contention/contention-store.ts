import { useEffect, useState, useSyncExternalStore } from "react";
import { Contention } from "../../projections/contention.ts";
import { followLog } from "../../stores/follow-log.ts";
import { worldStore } from "../../stores/world.ts";

/** Followed only while somebody looks: what the log still has is folded when the view opens. */
export function useContention(): Contention {
  const [contention] = useState(() => new Contention());
  useEffect(() => {
    let known = false;
    /** What began before the log is known from the state, once both stand at one position. */
    const settle = () => {
      const { state, events } = worldStore.getState();
      if (known || state === null || state.position !== events.to) return;
      contention.know({ waits: state.waits.values(), locks: state.locks.values() }, state.atMs);
      known = true;
    };
    const reset = () => {
      contention.reset();
      known = false;
    };
    const stopLog = followLog({ take: (events) => contention.take(events), reset }, settle);
    const stopWorld = worldStore.subscribe(settle);
    return () => {
      stopLog();
      stopWorld();
    };
  }, [contention]);
  return contention;
}

/** True while the page is seen: a hidden one computes nothing. */
export function useVisible(): boolean {
  return useSyncExternalStore(
    (changed) => {
      document.addEventListener("visibilitychange", changed);
      return () => document.removeEventListener("visibilitychange", changed);
    },
    () => !document.hidden,
  );
}
