import { useReducedMotion } from "@mantine/hooks";
import { useEffect, useReducer } from "react";
import type { GroupNode } from "../../../shared/model/index.ts";
import { nodesPicture, type ShownFlight } from "../../projections/nodes-view.ts";
import { nowMs } from "../../stores/clock.ts";
import type { EventLog } from "../../stores/event-log.ts";
import { selectionStore } from "../../stores/selection.ts";
import { worldStore } from "../../stores/world.ts";
import { NodesGraph } from "../protocol/NodesGraph.tsx";

const flightMs = 600;
const flightsAtMost = 60;
const redrawEveryMs = 80;
const stillEveryMs = 500;

/** The nodes of one group as they show themselves, with what they say to each other on its way. */
export function LiveNodes({ group, nodes }: { group: string; nodes: readonly GroupNode[] }) {
  const still = useReducedMotion();
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const timer = setInterval(redraw, still ? stillEveryMs : redrawEveryMs);
    return () => clearInterval(timer);
  }, [still]);
  const now = nowMs();
  const shown = [...nodes]
    .sort((one, other) => one.agent.localeCompare(other.agent, "en", { numeric: true }))
    .map(({ agent, view, toldMs }) => ({ agent, view, agoMs: Math.max(0, now - toldMs) }));
  const picture = nodesPicture(shown, still ? [] : flightsIn(worldStore.getState().events, group, now));
  return <NodesGraph picture={picture} onSelect={(agent) => selectionStore.getState().select({ kind: "agent", id: agent })} />;
}

/** What was sent in the last moment is still on its way, to the eye. */
function flightsIn(events: EventLog, group: string, now: number): ShownFlight[] {
  const flights: ShownFlight[] = [];
  for (let position = events.to; position >= events.from && flights.length < flightsAtMost; position--) {
    const event = events.at(position);
    if (event === undefined || now - event.atMs > flightMs) break;
    if (event.type === "message.sent" && event.group === group)
      flights.push({ from: event.agent, to: event.to, kind: event.kind, share: Math.max(0, now - event.atMs) / flightMs, lost: false });
  }
  return flights;
}
