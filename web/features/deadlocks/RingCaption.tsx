import { useCallback } from "react";
import type { DeadlockRecord } from "../../../shared/model/index.ts";
import type { State } from "../../../shared/state/index.ts";
import { plural } from "../../app/format.ts";
import { ringOf } from "../../projections/deadlock-words.ts";
import { useSelection } from "../../stores/selection.ts";
import { useWorldValue } from "../../stores/world.ts";
import classes from "./Deadlocks.module.css";

interface Caption {
  readonly found: DeadlockRecord;
  readonly others: number;
}

const same = (left: Caption | null, right: Caption | null): boolean => left?.found === right?.found && left?.others === right?.others;

/** Over the graph: what the red ring is. */
export function RingCaption() {
  const id = useSelection(({ selected }) => (selected?.kind === "deadlock" ? selected.id : null));
  const read = useCallback(
    (state: State | null): Caption | null => {
      const found = id === null ? undefined : state?.deadlocks.get(id);
      return found === undefined || state === null ? null : { found, others: Math.max(0, state.sessions.size - found.members.length) };
    },
    [id],
  );
  const caption = useWorldValue(read, { equal: same });
  if (caption === null) return null;
  const { found, others } = caption;
  return (
    <div className={classes.caption}>
      <b>Deadlock</b>
      <span>
        {ringOf(found).join(" → ")} → {ringOf(found)[0]}
      </span>
      <span>{others === 0 ? "nobody else is here" : `the other ${plural(others, "agent")} can go on`}</span>
    </div>
  );
}
