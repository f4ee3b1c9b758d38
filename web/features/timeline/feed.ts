import { readTokens } from "../../app/theme.ts";
import { cursorStore } from "../../stores/cursor.ts";
import { selectionStore } from "../../stores/selection.ts";
import { worldStore } from "../../stores/world.ts";
import { attentionStore } from "../attention/attention-store.ts";
import { alertsOf } from "./alerts.ts";
import { lanesStore, type Older } from "./lanes-store.ts";
import type { TimelineView } from "./timeline-view.ts";

const beforeWords: Record<Older, string> = {
  more: "loading earlier history…",
  loading: "loading earlier history…",
  begin: "the journal begins here",
  full: "earlier history is not kept in this browser",
  failed: "earlier history could not be loaded",
};

const notWhole = { whole: false, untilMs: 0, grows: false, position: 0, logical: false } as const;

/** What a timeline begins with. */
export function initialInputs() {
  const { lanes } = lanesStore.getState();
  return {
    lanes,
    by: "agent",
    folded: true,
    tokens: readTokens(),
    selected: selectionStore.getState().selected,
    alerts: new Map<string, number>(),
    shows: null,
    hidesQuiet: false,
    before: "",
    live: false,
    ...notWhole,
  } as const;
}

/** Passes on what changes outside of React's sight. */
export function feed(view: TimelineView): () => void {
  const lanes = () => {
    const { lanes, older } = lanesStore.getState();
    if (!view.inputs.whole) view.hear({ lanes, before: beforeWords[older] });
  };
  const world = () => {
    const live = worldStore.getState().status === "live";
    if (live !== view.inputs.live) view.set({ live });
  };
  let indexed = 0;
  /** In the past: the whole trace, as far as it is read, with the cursor in it. */
  const cursor = () => {
    const cursor = cursorStore.getState();
    const { lanes: whole, position, head, reading, index } = cursor;
    if (whole === null || whole.fromPosition === undefined) {
      if (!view.inputs.whole) return;
      view.set({ ...notWhole, lanes: lanesStore.getState().lanes });
      lanes();
      return;
    }
    const grows = !reading.done;
    if (view.inputs.lanes === whole && indexed === cursor.indexed && view.inputs.grows === grows && view.inputs.position === position) return view.invalidate();
    indexed = cursor.indexed;
    view.set({ lanes: whole, whole: true, grows, position, untilMs: index.untilMs, logical: head?.format === "shiviz", before: "the trace begins here" });
  };
  const attention = () => view.set({ alerts: alertsOf(attentionStore.getState().needs, worldStore.getState().state) });
  const selection = () => {
    const { selected } = selectionStore.getState();
    if (selected === view.inputs.selected) return;
    view.set({ selected });
    view.scrollToLane(selected?.kind === view.inputs.by ? selected.id : "");
  };
  for (const begin of [lanes, world, cursor, attention, selection]) begin();
  const stops = [
    lanesStore.subscribe(lanes),
    cursorStore.subscribe(cursor),
    worldStore.subscribe(world),
    attentionStore.subscribe(attention),
    selectionStore.subscribe(selection),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
