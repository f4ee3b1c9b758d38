import "@mantine/core/styles.layer.css";
import "@fontsource-variable/inter/index.css";
import "@fontsource-variable/jetbrains-mono/index.css";
import "../app/tokens.css";
import "../app/global.css";
import { MantineProvider } from "@mantine/core";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { createRoot } from "react-dom/client";
import type { Event } from "../../shared/model/index.ts";
import { emptyState, evolve } from "../../shared/state/index.ts";
import { theme } from "../app/theme.ts";
import { lanesStore } from "../features/timeline/lanes-store.ts";
import Timeline from "../features/timeline/Timeline.tsx";
import { TimelineView } from "../features/timeline/timeline-view.ts";
import { sampleEvents } from "../projections/lanes-sample.ts";
import { EventLog } from "../stores/event-log.ts";
import { worldStore } from "../stores/world.ts";

/**
 * The timeline by itself under load, for `e2e/bench/timeline-frames.ts` and for looking at it:
 * `?agents=500&resources=500&segments=200000&rate=1000&hours=2&rests=1&theme=light&lanes=resource`.
 */
const query = new URLSearchParams(location.search);
const number = (name: string, fallback: number): number => Number(query.get(name) ?? fallback);
const frameMs = 50;
const chunk = 5_000;

const segments = number("segments", 200_000);
/** Not every event makes a segment of its own: this fleet needs about so many for each. */
const eventsPerSegment = 1.9;
const spanMs = number("hours", 2) * 3_600_000;
let paceMs = spanMs / (segments * eventsPerSegment);
const rests = query.has("rests") ? { restEvery: Math.round((segments * eventsPerSegment) / 6), restMs: 900_000 } : {};
const events = sampleEvents({
  agents: number("agents", 500),
  resources: number("resources", 500),
  seed: 7,
  paceMs: () => paceMs,
  startMs: Date.now() - spanMs,
  ...rests,
});
const state = emptyState("bench");
const log = new EventLog();
/** What the script reads: how long each drawing took, and how much was folded. */
const bench = { drawMs: [] as number[], foldMs: [] as number[], appended: 0, ready: false };
Object.assign(window, { bench, benchLanes: () => lanesStore.getState().lanes.closed.length });

function take(count: number): Event[] {
  return Array.from({ length: count }, () => {
    const event = events.next().value;
    evolve(state, event);
    return event;
  });
}

const draw = TimelineView.prototype.draw;
TimelineView.prototype.draw = function timed() {
  const startMs = performance.now();
  draw.call(this);
  bench.drawMs.push(performance.now() - startMs);
};

/** Fills the lanes, then goes on at the asked rate with the clock of this page. */
async function run(): Promise<void> {
  worldStore.setState({ status: "live", space: "bench", spaces: ["bench"], state, events: log, revision: 1, serverOffsetMs: 0, lastSeenMs: Date.now() });
  for (let closed = 0; closed < segments && log.to < segments * eventsPerSegment * 2; closed = lanesStore.getState().lanes.closed.length) {
    log.append(take(Math.min(chunk, Math.max(1, segments - closed))));
    await new Promise((resolve) => setTimeout(resolve));
  }
  worldStore.setState({ revision: 2, serverOffsetMs: state.atMs - Date.now() });
  bench.ready = true;
  const rate = number("rate", 1_000);
  if (rate === 0) return;
  paceMs = 1_000 / rate;
  const startMs = performance.now();
  setInterval(() => {
    const due = Math.floor(((performance.now() - startMs) / 1_000) * rate);
    if (due <= bench.appended) return;
    const fresh = take(due - bench.appended);
    bench.appended = due;
    const foldStart = performance.now();
    log.append(fresh);
    bench.foldMs.push(performance.now() - foldStart);
    // The fleet's own clock is the server's.
    worldStore.setState({ revision: worldStore.getState().revision + 1, serverOffsetMs: state.atMs - Date.now(), lastSeenMs: state.atMs });
  }, frameMs);
}

function Page() {
  return (
    <MantineProvider theme={theme} forceColorScheme={query.get("theme") === "light" ? "light" : "dark"}>
      <main style={{ display: "flex", flexDirection: "column", height: "100dvh", background: "var(--sb-surface)" }}>
        <Timeline />
      </main>
    </MantineProvider>
  );
}

const search = new URLSearchParams();
for (const key of ["lanes", "range", "q"]) if (query.has(key)) search.set(key, query.get(key) ?? "");
const router = createRouter({ routeTree: createRootRoute({ component: Page }), history: createMemoryHistory({ initialEntries: [`/?${search}`] }) });
const root = document.getElementById("root");
if (root === null) throw new Error("timeline-bench.html has no #root");
createRoot(root).render(<RouterProvider router={router} />);
void run();
