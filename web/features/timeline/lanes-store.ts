import { createStore } from "zustand/vanilla";
import { port } from "../../connection/port.ts";
import { buildLanes, emptyLanes, foldIntoLanes, presentOf } from "../../projections/lanes.ts";
import { prependLanes } from "../../projections/lanes-join.ts";
import { type Lanes, laneBounds } from "../../projections/lanes-model.ts";
import type { EventLog, EventLogChange } from "../../stores/event-log.ts";
import { worldStore } from "../../stores/world.ts";

/** Whether there is more history, and what became of asking for it. `full`: as much is known as is kept. */
export type Older = "more" | "loading" | "begin" | "full" | "failed";

interface LanesState {
  /** Changes in place; read it again when `revision` rises. */
  readonly lanes: Lanes;
  readonly revision: number;
  readonly older: Older;
}

export const lanesStore = createStore<LanesState>(() => ({ lanes: emptyLanes(), revision: 0, older: "more" }));

const pageEvents = 5_000;

function publish(lanes: Lanes, older: Older = lanesStore.getState().older): void {
  lanesStore.setState({ lanes, revision: lanesStore.getState().revision + 1, older: lanes.fromPosition === 0 ? "begin" : older });
}

/** Keeps the lanes up to the log of events, for as long as somebody looks; returns how to stop. */
export function watchLanes(): () => void {
  let log: EventLog | undefined;
  let stopLog: (() => void) | undefined;
  /** After a reset the state that the log stands on comes a moment later. */
  let waiting = true;

  const rebuild = (): void => {
    const { events, state } = worldStore.getState();
    waiting = state === null || state.position !== events.to;
    publish(waiting || state === null ? emptyLanes() : buildLanes(events.slice(), presentOf(state)), "more");
  };
  const changed = (change: EventLogChange): void => {
    const { lanes } = lanesStore.getState();
    if (change.kind === "reset") {
      waiting = true;
      publish(emptyLanes(), "more");
    } else if (waiting || log === undefined) return;
    else if (change.kind === "prepended") prepend(log.slice(change.from, Math.min(change.to, lanes.fromPosition ?? change.to)));
    else {
      for (let position = Math.max(change.from, lanes.position + 1); position <= change.to; position++) {
        const event = log.at(position);
        if (event !== undefined) foldIntoLanes(lanes, event);
      }
      publish(lanes);
    }
  };
  const follow = (): void => {
    const { events, state } = worldStore.getState();
    if (events !== log) {
      stopLog?.();
      log = events;
      stopLog = log.subscribe(changed);
      rebuild();
    } else if (waiting && state !== null && state.position === events.to) rebuild();
  };
  follow();
  const stopWorld = worldStore.subscribe(follow);
  return () => {
    stopWorld();
    stopLog?.();
  };
}

/** Puts an older page before what is known; a page that does not end where that begins is left out. */
function prepend(page: Parameters<typeof buildLanes>[0]): void {
  const { lanes } = lanesStore.getState();
  if (page.length === 0 || page[page.length - 1]?.position !== lanes.fromPosition) return;
  prependLanes(lanes, buildLanes(page, null));
  publish(lanes, lanes.closed.length >= laneBounds.segments ? "full" : "more");
}

/** Asks the server for the page before what is known; once at a time. */
export async function loadOlder(): Promise<void> {
  const { lanes, older } = lanesStore.getState();
  const { fromPosition } = lanes;
  if (fromPosition === undefined || fromPosition === 0 || older === "loading" || older === "full" || older === "begin") return;
  lanesStore.setState({ older: "loading" });
  const answer = await port().history({ newest: true, to: fromPosition, limit: pageEvents });
  if (lanesStore.getState().older !== "loading") return;
  if (!answer.ok) {
    lanesStore.setState({ older: "failed" });
    return;
  }
  lanesStore.setState({ older: "more" });
  if (answer.events.length === 0) lanesStore.setState({ older: "begin" });
  else prepend([...answer.events].sort((left, right) => left.position - right.position));
}
