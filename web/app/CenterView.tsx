import { Loader } from "@mantine/core";
import { lazy, Suspense } from "react";
import { EmptySpace } from "../features/empty/EmptySpace.tsx";
import { useWorld, useWorldValue } from "../stores/world.ts";
import classes from "./CenterView.module.css";
import { LayoutSwitch } from "./LayoutSwitch.tsx";
import { Problem } from "./Problem.tsx";
import { viewNames } from "./Rail.tsx";
import { useLayout, useView, type View } from "./search.ts";
import { GraphView, TracksView } from "./slots.tsx";

const tables: Record<Exclude<View, "graph">, React.ComponentType> = {
  locks: lazy(() => import("../features/locks/LocksView.tsx")),
  agents: lazy(() => import("../features/agents/AgentsView.tsx")),
  intents: lazy(() => import("../features/intents/IntentsView.tsx")),
  rules: lazy(() => import("../features/rules/RulesView.tsx")),
  audit: lazy(() => import("../features/audit/AuditView.tsx")),
};

export function CenterView() {
  const view = useView();
  const [layout] = useLayout();
  const status = useWorld((world) => world.status);
  const shown = useWorldValue((state) => (state === null ? "nothing" : state.sessions.size === 0 && state.locks.size === 0 ? "empty" : "fleet"));
  if (shown === "nothing")
    return <div className={classes.wait}>{status === "connecting" ? <Loader size="sm" color="var(--sb-idle)" aria-label="Connecting" /> : null}</div>;
  if (shown === "empty" && view === "graph") return <EmptySpace />;
  const Table = view === "graph" ? null : tables[view];
  return (
    <section className={classes.center} aria-label={viewNames[view]}>
      {view === "graph" ? <h2 className="sb-hidden">{viewNames.graph}</h2> : null}
      {view === "graph" ? <LayoutSwitch /> : null}
      <div className={classes.view}>
        <Problem key={`${view} ${layout}`} where={`The view ${viewNames[view]}`}>
          <Suspense fallback={null}>{Table !== null ? <Table /> : layout === "graph" ? <GraphView /> : <TracksView />}</Suspense>
        </Problem>
      </div>
    </section>
  );
}
