import {
  IconAlertHexagon,
  IconAlertTriangle,
  IconArrowsCross,
  IconArrowsSplit2,
  IconBan,
  IconClockExclamation,
  IconCrownOff,
  IconHourglass,
  IconPlugConnectedX,
  IconRefreshAlert,
  IconSnowflake,
  IconSortDescending,
  IconUsersGroup,
} from "@tabler/icons-react";
import { plural } from "../../app/format.ts";
import { selectionStore } from "../../stores/selection.ts";
import classes from "./NeedList.module.css";
import type { Trouble } from "./troubles.ts";

const icons = {
  stuckHolder: IconAlertTriangle,
  lostHolder: IconPlugConnectedX,
  frozenWaiters: IconSnowflake,
  overLimit: IconClockExclamation,
  refusedWrites: IconBan,
  deadlock: IconAlertHexagon,
  livelock: IconRefreshAlert,
  starvation: IconHourglass,
  convoy: IconUsersGroup,
  staleHolder: IconAlertTriangle,
  priorityInversion: IconSortDescending,
  lockOrder: IconArrowsCross,
  splitBrain: IconArrowsSplit2,
  vacantGroup: IconCrownOff,
};

/** Each need with its first reasons; a click selects what it is about. */
export function NeedList({ needs, picked }: { needs: readonly Trouble[]; picked?: () => void }) {
  if (needs.length === 0) return <p className={classes.none}>Nobody is stuck, lost or refused. Whoever waits will be served.</p>;
  return (
    <ul className={classes.list}>
      {needs.slice(0, 50).map((need) => {
        const Icon = icons[need.kind];
        return (
          <li key={need.id}>
            <button
              type="button"
              className={classes.need}
              onClick={() => {
                selectionStore.getState().select(need.subject);
                picked?.();
              }}
            >
              <Icon size={16} className={classes.icon} aria-hidden />
              <span>
                <b>{need.title}</b>
                <span className={classes.because}>{need.because.join(" · ")}</span>
              </span>
            </button>
          </li>
        );
      })}
      {needs.length > 50 ? <li className={classes.none}>and {plural(needs.length - 50, "more", "more")}</li> : null}
    </ul>
  );
}
