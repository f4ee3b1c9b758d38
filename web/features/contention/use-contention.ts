import { useEffect, useState } from "react";
import { Contention } from "../../projections/contention-tracks.ts";
import { followLog } from "../../stores/follow-log.ts";
import { worldStore } from "../../stores/world.ts";

/** Follows the space's contention for as long as somebody looks. It changes in place: read it again when time goes on. */
export function useContention(): Contention {
  const [contention] = useState(() => new Contention());
  useEffect(() => {
    let known = false;
    /** What began before the log is known from the state, once both stand at one position. */
    const settle = () => {
      const { state, events } = worldStore.getState();
      if (known || state === null || state.position !== events.to) return;
      contention.know({ waits: state.waits.values(), locks: state.locks.values() });
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
