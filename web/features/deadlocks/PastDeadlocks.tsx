import { formatTime } from "../../app/format.ts";
import type { PastDeadlock } from "../../projections/deadlock-history.ts";
import { endShort, names, ringOf } from "../../projections/deadlock-words.ts";
import { useNow } from "../../stores/clock.ts";
import { selectionStore } from "../../stores/selection.ts";
import { Section } from "../inspector/parts.tsx";
import classes from "./Deadlocks.module.css";
import { useDeadlocks } from "./deadlock-store.ts";

/** The last deadlocks of the events at hand, each with how it ended: one line for those who do it again and again. */
export function PastDeadlocks({ atMost }: { atMost: number }) {
  const past = useDeadlocks();
  const rings = byRing(past);
  const now = useNow(60_000);
  if (past.length === 0) return null;
  return (
    <Section heading={`Deadlocks lately${past.length > rings.length ? ` (${past.length})` : ""}`}>
      {rings.slice(0, atMost).map(([one, times]) => (
        <button
          key={one.found.deadlock}
          type="button"
          className={classes.past}
          onClick={() => selectionStore.getState().select({ kind: "deadlock", id: one.found.deadlock })}
        >
          <b>{names(ringOf(one.found))}</b>
          <time>{formatTime(one.found.sinceMs, now)}</time>
          <small>{times === 1 ? endShort(one) : `${endShort(one)} · ${times} times`}</small>
        </button>
      ))}
    </Section>
  );
}

/** Of each ring that is over the last one, and how often it came; one that stands has its own line. */
function byRing(past: readonly PastDeadlock[]): [PastDeadlock, number][] {
  const rings = new Map<string, [PastDeadlock, number]>();
  for (const one of past) {
    const ring = one.end === undefined ? one.found.deadlock : `${[...ringOf(one.found)].sort().join(" ")} ${one.end.how}`;
    const known = rings.get(ring);
    if (known === undefined) rings.set(ring, [one, 1]);
    else known[1] += 1;
  }
  return [...rings.values()];
}
