import type { State } from "../../../shared/state/index.ts";
import { formatCount } from "../../app/format.ts";
import { countAllGroups, groupsShownAtMost } from "../../projections/graph-shown.ts";
import { usePreferences } from "../../stores/preferences.ts";
import { useWorldValue } from "../../stores/world.ts";
import classes from "./GraphView.module.css";

const count = (state: State | null): number => (state === null ? 0 : countAllGroups(state));

/** Says so when only some of the groups stand in the picture. */
export function GroupsWords() {
  const all = useWorldValue(count, { everyMs: 2_000 });
  const shown = usePreferences(({ groupsInGraph }) => groupsInGraph);
  if (!shown || all <= groupsShownAtMost) return null;
  return (
    <p className={classes.some}>
      {groupsShownAtMost} of {formatCount(all)} groups: those of the selection, those that need somebody, the first ones
    </p>
  );
}
