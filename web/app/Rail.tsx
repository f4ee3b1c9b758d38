import {
  IconAdjustments,
  IconBolt,
  IconBook2,
  IconChartBar,
  IconClockPlay,
  IconEye,
  IconHistory,
  IconLock,
  IconTopologyStar3,
  IconUsers,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import classes from "./Rail.module.css";
import { type Search, type View, viewKey, views } from "./search.ts";

export const viewNames: Record<View, string> = {
  graph: "Graph",
  locks: "Locks",
  agents: "Agents",
  intents: "Intents",
  rules: "Rules",
  audit: "Audit",
  findings: "Findings",
  contention: "Contention",
  faults: "Faults",
  traces: "Traces",
};
const icons = {
  graph: IconTopologyStar3,
  locks: IconLock,
  agents: IconUsers,
  intents: IconClockPlay,
  rules: IconAdjustments,
  audit: IconBook2,
  findings: IconEye,
  contention: IconChartBar,
  faults: IconBolt,
  traces: IconHistory,
};

export function Rail() {
  return (
    <nav className={classes.rail} aria-label="Views">
      {views.map((view, index) => {
        const Icon = icons[view];
        return (
          <Link
            key={view}
            to="/"
            search={(before: Search) => ({ ...before, view: view === "graph" ? undefined : view })}
            className={classes.item}
            activeOptions={{ exact: true, includeSearch: true }}
            aria-keyshortcuts={viewKey(index)}
          >
            <Icon size={18} stroke={1.6} aria-hidden />
            {viewNames[view]}
          </Link>
        );
      })}
    </nav>
  );
}
