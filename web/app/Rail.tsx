import {
  IconAdjustments,
  IconBolt,
  IconBook2,
  IconChartBar,
  IconClockPlay,
  IconCrown,
  IconEye,
  IconFlask,
  IconHistory,
  IconLock,
  IconTopologyStar3,
  IconUsers,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import classes from "./Rail.module.css";
import { type Search, type View, viewKeys, views } from "./search.ts";

export const viewNames: Record<View, string> = {
  graph: "Graph",
  locks: "Locks",
  agents: "Agents",
  intents: "Intents",
  elections: "Elections",
  rules: "Rules",
  audit: "Audit",
  findings: "Findings",
  contention: "Contention",
  faults: "Faults",
  traces: "Traces",
  lab: "Lab",
};
const icons = {
  graph: IconTopologyStar3,
  locks: IconLock,
  agents: IconUsers,
  intents: IconClockPlay,
  elections: IconCrown,
  rules: IconAdjustments,
  audit: IconBook2,
  findings: IconEye,
  contention: IconChartBar,
  faults: IconBolt,
  traces: IconHistory,
  lab: IconFlask,
};

export function Rail() {
  return (
    <nav className={classes.rail} aria-label="Views">
      {views.map((view) => {
        const Icon = icons[view];
        return (
          <Link
            key={view}
            to="/"
            search={(before: Search) => ({ ...before, view: view === "graph" ? undefined : view })}
            className={classes.item}
            activeOptions={{ exact: true, includeSearch: true }}
            aria-keyshortcuts={viewKeys[view]}
          >
            <Icon size={18} stroke={1.6} aria-hidden />
            {viewNames[view]}
          </Link>
        );
      })}
    </nav>
  );
}
