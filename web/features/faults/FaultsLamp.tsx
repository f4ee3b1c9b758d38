import { IconBolt } from "@tabler/icons-react";
import { plural } from "../../app/format.ts";
import { useSetSearch } from "../../app/search.ts";
import bar from "../../app/TopBar.module.css";
import { useWorldValue } from "../../stores/world.ts";
import classes from "./Faults.module.css";
import { useFaults } from "./fault-store.ts";

/** Whether failures are injected now; a click opens them. */
export function FaultsLamp() {
  const faults = useFaults();
  const schedules = useWorldValue((state) => state?.schedules.size ?? -1);
  const setSearch = useSetSearch();
  if (schedules < 0) return null;
  const on = faults.length + schedules > 0;
  const words = faults.length > 0 ? plural(faults.length, "fault") : schedules > 0 ? `${plural(schedules, "schedule")} of faults` : "faults off";
  return (
    <button type="button" className={`${bar.chip} ${classes.lamp}`} data-on={on || undefined} onClick={() => setSearch({ view: "faults" })}>
      <IconBolt size={16} className={bar.small} aria-hidden />
      <span className={`${classes.dot} ${bar.wide}`} data-on={on || undefined} aria-hidden />
      <span className={bar.wide}>{words}</span>
    </button>
  );
}
