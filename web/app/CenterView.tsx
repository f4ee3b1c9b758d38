import { Loader } from "@mantine/core";
import { lazy, Suspense, useEffect } from "react";
import { EmptySpace } from "../features/empty/EmptySpace.tsx";
import { useCursor } from "../stores/cursor.ts";
import { useWorld, useWorldValue } from "../stores/world.ts";
import classes from "./CenterView.module.css";
import { LayoutSwitch } from "./LayoutSwitch.tsx";
import { Problem } from "./Problem.tsx";
import { viewNames } from "./Rail.tsx";
import { useLayout, useView, type View } from "./search.ts";
import { GraphView, loadLayouts, TracksView } from "./slots.tsx";

const preloadAfterMs = 1_000;

const load = {
  locks: () => import("../features/locks/LocksView.tsx"),
  agents: () => import("../features/agents/AgentsView.tsx"),
  intents: () => import("../features/intents/IntentsView.tsx"),
  elections: () => import("../features/elections/ElectionsView.tsx"),
  rules: () => import("../features/rules/RulesView.tsx"),
  audit: () => import("../features/audit/AuditView.tsx"),
  findings: () => import("../features/findings/FindingsView.tsx"),
  contention: () => import("../features/contention/ContentionView.tsx"),
  faults: () => import("../features/faults/FaultsView.tsx"),
  traces: () => import("../features/traces/TracesView.tsx"),
  lab: () => import("../features/lab/LabView.tsx"),
};
const tables: Record<Exclude<View, "graph">, React.ComponentType> = {
  locks: lazy(load.locks),
  agents: lazy(load.agents),
  intents: lazy(load.intents),
  elections: lazy(load.elections),
  rules: lazy(load.rules),
  audit: lazy(load.audit),
  findings: lazy(load.findings),
  contention: lazy(load.contention),
  faults: lazy(load.faults),
  traces: lazy(load.traces),
  lab: lazy(load.lab),
};

/** Once the first picture stands: so that a view is there at its key, also when the server is gone or was renewed meanwhile. */
function usePreload(ready: boolean): void {
  useEffect(() => {
    if (!ready) return;
    const timer = setTimeout(() => {
      for (const one of [...Object.values(load), ...loadLayouts]) one().catch(() => undefined);
    }, preloadAfterMs);
    return () => clearTimeout(timer);
  }, [ready]);
}

export function CenterView() {
  const view = useView();
  const [layout] = useLayout();
  const status = useWorld((world) => world.status);
  const shown = useWorldValue((state) => (state === null ? "nothing" : state.sessions.size === 0 && state.locks.size === 0 ? "empty" : "fleet"));
  usePreload(shown !== "nothing");
  const opening = useCursor(({ trace, reading }) => trace?.kind === "space" || (trace !== null && !reading.done));
  // Files and recordings can be looked at without a live space, and the lab needs none.
  if (shown === "nothing" && view !== "traces" && view !== "lab")
    return (
      <div className={classes.wait}>
        {status === "connecting" || opening ? (
          <Loader size="sm" color="var(--sb-idle)" role="img" aria-label={opening ? "Opening the trace" : "Connecting"} />
        ) : null}
      </div>
    );
  // How to connect the first agent is no question of the past.
  if (shown === "empty" && view === "graph" && status !== "replay") return <EmptySpace />;
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
