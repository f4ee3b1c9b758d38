import "@mantine/core/styles.layer.css";
import "@fontsource-variable/inter/index.css";
import "@fontsource-variable/jetbrains-mono/index.css";
import "../app/tokens.css";
import "../app/global.css";
import { MantineProvider } from "@mantine/core";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { theme } from "../app/theme.ts";
import { watchAttention } from "../features/attention/attention-store.ts";
import { EventLog } from "../stores/event-log.ts";
import { worldStore } from "../stores/world.ts";
import { fakeWorld } from "./fake-world.ts";
import { SteadySource } from "./steady-source.ts";

/**
 * One view by itself under a steady load, for `npm run bench:graph` and for looking at it: `?agents=1000&rate=1000&view=graph`.
 * `fleet=made` shows the made-up fleet with its trouble instead, standing still.
 */
const TracksView = lazy(() => import("../features/tracks/TracksView.tsx"));
const GraphView = lazy(() => import("../features/graph/GraphView.tsx"));

const query = new URLSearchParams(location.search);
const number = (name: string, fallback: number): number => Number(query.get(name) ?? fallback);
const agents = number("agents", 200);
const rate = number("rate", 1_000);
const frameMs = 50;
const scheme = query.get("theme") === "light" ? "light" : "dark";

function show(state: NonNullable<ReturnType<typeof worldStore.getState>["state"]>, events: EventLog): void {
  worldStore.setState({
    status: "live",
    space: state.space,
    spaces: [state.space],
    actor: { principal: "bench", role: "viewer" },
    state,
    events,
    revision: 1,
    serverOffsetMs: 0,
    lastSeenMs: Date.now(),
  });
}

declare global {
  interface Window {
    /** How many events were shown, for who measures. */
    benchEvents: number;
  }
}

function feed(): void {
  const source = new SteadySource({ agents, resources: number("resources", agents), startMs: Date.now(), random: Math.random });
  const events = new EventLog(20_000, source.state.position);
  performance.mark("bench:fed");
  show(source.state, events);
  const startMs = performance.now();
  let made = 0;
  setInterval(() => {
    const due = Math.floor(((performance.now() - startMs) / 1_000) * rate);
    if (due <= made) return;
    const news = source.run(due - made, Date.now());
    made += news.length;
    events.append(news);
    worldStore.setState({ revision: worldStore.getState().revision + 1, lastSeenMs: Date.now() });
    window.benchEvents = made;
  }, frameMs);
}

function showMade(): void {
  const made = fakeWorld({ agents, nowMs: Date.now(), ...(query.has("resources") ? { resources: number("resources", agents) } : {}) });
  const recent = made.events.slice(-20_000);
  const events = new EventLog(20_000, (recent[0]?.position ?? 1) - 1);
  events.append(recent);
  show(made.state, events);
}

function Page() {
  const View = query.get("view") === "tracks" ? TracksView : GraphView;
  return (
    <MantineProvider theme={theme} forceColorScheme={scheme}>
      <main style={{ display: "flex", flexDirection: "column", height: "100dvh", background: "var(--sb-canvas)" }}>
        <Suspense fallback={null}>
          <View />
        </Suspense>
      </main>
    </MantineProvider>
  );
}

const history = createMemoryHistory({ initialEntries: [`/?${new URLSearchParams({ q: query.get("q") ?? "" })}`] });
const router = createRouter({ routeTree: createRootRoute({ component: Page }), history });
const root = document.getElementById("root");
if (root === null) throw new Error("graph-bench.html has no #root");
window.benchEvents = 0;
watchAttention();
if (query.get("fleet") === "made") showMade();
else feed();
createRoot(root).render(<RouterProvider router={router} />);
