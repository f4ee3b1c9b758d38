import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { attention } from "../../../shared/analysis/attention.ts";
import type { LivenessOptions } from "../../../shared/analysis/liveness.ts";
import { usageOf } from "../../projections/holds.ts";
import { nowMs } from "../../stores/clock.ts";
import { selectionStore } from "../../stores/selection.ts";
import { askVitals, vitalsStore } from "../../stores/vitals.ts";
import { worldStore } from "../../stores/world.ts";
import { EventMemory } from "./event-memory.ts";
import { type Trouble, troubles } from "./troubles.ts";

const lookEveryMs = 1_000;
const vitalsEveryMs = 5_000;
/** In the past one leaps: what needs somebody there shall not come a second later. */
const pastLookMs = 200;
const usualKeptMs = 30_000;
const usualWindowMs = 3_600_000;

/** What needs the operator, looked at once a second. */
export const attentionStore = createStore<{ readonly needs: readonly Trouble[] }>(() => ({ needs: [] }));
export const useAttention = (): readonly Trouble[] => useStore(attentionStore, ({ needs }) => needs);

/** How long a resource is usually held; remembered for a while, as it is read from the whole log. */
const usual = new Map<string, { readonly atMs: number; readonly hold: LivenessOptions["usualHold"] }>();

export function usualHold(resource: string): LivenessOptions["usualHold"] {
  const now = nowMs();
  const known = usual.get(resource);
  if (known !== undefined && now - known.atMs < usualKeptMs) return known.hold;
  const { holdMs } = usageOf(worldStore.getState().events.slice(), resource, now - usualWindowMs, now, 1);
  const hold = holdMs === undefined ? undefined : { medianMs: holdMs.median, p95Ms: holdMs.p95 };
  if (usual.size > 500) usual.clear();
  usual.set(resource, { atMs: now, hold });
  return hold;
}

const memory = new EventMemory();

/** Begins to look, for as long as the page lives. */
export function watchAttention(): void {
  let log = worldStore.getState().events;
  const collect = () => {
    log = worldStore.getState().events;
    const watched = log;
    usual.clear();
    const anew = () => {
      memory.reset();
      memory.take(watched.slice());
    };
    anew();
    // An older page, a few times when the dashboard opens, changes what the later events mean.
    return watched.subscribe((change) => (change.kind === "appended" ? memory.take(watched.slice(change.from, change.to)) : anew()));
  };
  let stop = collect();
  let wasThere = false;
  let leapt: ReturnType<typeof setTimeout> | undefined;
  worldStore.subscribe(({ events, state, status, revision }, before) => {
    if (events !== log) {
      stop();
      stop = collect();
    }
    const leaps = status === "replay" ? revision !== before.revision : before.status === "replay";
    if (leaps && leapt === undefined)
      leapt = setTimeout(() => {
        leapt = undefined;
        look();
      }, pastLookMs);
    // The first picture shall not wait for the timer.
    if ((state !== null) === wasThere) return;
    wasThere = state !== null;
    look();
  });
  setInterval(look, lookEveryMs);
  setInterval(askAgain, vitalsEveryMs);
  look();
}

function look(): void {
  const { state, status } = worldStore.getState();
  if (state !== null && status !== "live" && status !== "replay") return;
  const { renewedMs } = vitalsStore.getState();
  if (state !== null) memory.prune((fence) => state.locks.has(fence));
  const { refusals, gaveUp } = memory;
  const options = { refusals, gaveUp, usualHold, renewedMs: (session: string) => renewedMs.get(session) };
  const needs = state === null ? [] : troubles(state, attention(state, nowMs(), options));
  if (needs.length > 0 || attentionStore.getState().needs.length > 0) attentionStore.setState({ needs });
}

/** Heartbeats of those in question and of the selected agent. */
function askAgain(): void {
  const { state, status } = worldStore.getState();
  const { selected } = selectionStore.getState();
  if (state === null || status !== "live" || document.hidden) return;
  const agents = new Set(attentionStore.getState().needs.flatMap(({ agent }) => agent ?? []));
  if (selected?.kind === "agent") agents.add(selected.id);
  if (selected?.kind === "resource") for (const lock of state.index.locks.at(selected.id)) agents.add(lock.agent);
  void askVitals([...agents].flatMap((agent) => state.agents.get(agent) ?? []));
}
