import { formatTime } from "../../app/format.ts";
import { endShort, names, ringOf } from "../../projections/deadlock-words.ts";
import { useNow } from "../../stores/clock.ts";
import { selectionStore } from "../../stores/selection.ts";
import { Section } from "../inspector/parts.tsx";
import classes from "./Deadlocks.module.css";
import { useDeadlocks } from "./deadlock-store.ts";

/** The last deadlocks of the events at hand, each with how it ended. */
export function PastDeadlocks({ atMost }: { atMost: number }) {
  const past = useDeadlocks();
  const now = useNow(60_000);
  if (past.length === 0) return null;
  return (
    <Section heading={`Deadlocks lately${past.length > atMost ? ` (${past.length})` : ""}`}>
      {past.slice(0, atMost).map((one) => (
        <button
          key={one.found.deadlock}
          type="button"
          className={classes.past}
          onClick={() => selectionStore.getState().select({ kind: "deadlock", id: one.found.deadlock })}
        >
          <b>{names(ringOf(one.found))}</b>
          <time>{formatTime(one.found.sinceMs, now)}</time>
          <small>{endShort(one)}</small>
        </button>
      ))}
    </Section>
  );
}
