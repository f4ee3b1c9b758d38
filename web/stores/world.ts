import { useCallback, useRef, useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { Actor, ErrorCode } from "../../shared/model/index.ts";
import type { State } from "../../shared/state/state.ts";
import { EventLog } from "./event-log.ts";

/**
 * `offline` keeps the last picture; `refused` and `stopped` say why in `problem` and are not retried. `replay` shows the
 * past: `lastSeenMs` is the cursor's time then, and state and events end at its position.
 */
export type WorldStatus = "connecting" | "live" | "offline" | "refused" | "stopped" | "replay";

/** What this browser shows of a space. */
export interface World {
  readonly status: WorldStatus;
  readonly problem?: string;
  /** Why the server refused, for what to offer against it. */
  readonly problemCode?: ErrorCode;
  readonly space: string;
  readonly spaces: readonly string[];
  readonly actor: Actor | null;
  /** The one folded state: its maps change in place, its records never do. Read it when `revision` rises. */
  readonly state: State | null;
  /** Rises once a frame. */
  readonly revision: number;
  readonly events: EventLog;
  /** Server clock minus this clock. */
  readonly serverOffsetMs: number;
  /** Server time when the last word of the server came. */
  readonly lastSeenMs: number;
}

const nothing: World = {
  status: "connecting",
  space: "main",
  spaces: [],
  actor: null,
  state: null,
  revision: 0,
  events: new EventLog(),
  serverOffsetMs: 0,
  lastSeenMs: 0,
};

/** The live space, as the connection tells it. It goes on while the past is shown. */
export const liveStore = createStore<World>(() => nothing);
/** What every view shows: the live space, or a moment of the past. */
export const worldStore = createStore<World>(() => nothing);

liveStore.subscribe((live, before) => {
  const { status, revision } = worldStore.getState();
  if (status !== "replay") worldStore.setState({ ...live, revision: revision + (live.revision === before.revision ? 0 : 1) }, true);
});

/** Why nothing can be done while the past is shown. */
export const pastReason = "This is the past: nothing can be done here. Press L to go back to the live space.";

export const showsPast = (): boolean => worldStore.getState().status === "replay";

/** Shows a moment of the past, until `showLive`. What does not depend on the moment stays as the live space has it. */
export function showPast(moment: Pick<World, "space" | "state" | "events" | "lastSeenMs">): void {
  const { spaces, actor, serverOffsetMs } = liveStore.getState();
  worldStore.setState({ ...moment, status: "replay", spaces, actor, serverOffsetMs, revision: worldStore.getState().revision + 1 }, true);
}

/** Shows the live space again, at once. */
export function showLive(): void {
  worldStore.setState({ ...liveStore.getState(), revision: worldStore.getState().revision + 1 }, true);
}

export const useIsPast = (): boolean => useWorld(({ status }) => status === "replay");

export function useWorld<T>(select: (world: World) => T): T {
  return useStore(worldStore, select);
}

interface WorldValueOptions<T> {
  /** Read at most this often, in milliseconds; 0 reads on every frame. */
  readonly everyMs?: number;
  readonly equal?: (left: T, right: T) => boolean;
}

/**
 * Something read from the state: re-renders only when it differs, and reads at most once in `everyMs`. For what need not
 * move twenty times a second. `read` must be stable (module level or memoised): a new one is read at once.
 */
export function useWorldValue<T>(read: (state: State | null) => T, options: WorldValueOptions<T> = {}): T {
  const { everyMs = 250, equal = Object.is } = options;
  const last = useRef<{ read: typeof read; revision: number; state: State | null; value: T } | null>(null);
  const pending = useRef(false);

  const get = useCallback((): T => {
    const { state, revision } = worldStore.getState();
    const before = last.current;
    if (before !== null && before.read === read && before.state === state && (before.revision === revision || pending.current)) return before.value;
    const value = read(state);
    const kept = before !== null && before.read === read && equal(before.value, value) ? before.value : value;
    last.current = { read, revision, state, value: kept };
    return kept;
  }, [read, equal]);

  const subscribe = useCallback(
    (changed: () => void) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const stop = worldStore.subscribe((now, before) => {
        if (now.state !== before.state) return changed();
        if (now.revision === before.revision || timer !== undefined) return;
        if (everyMs === 0) return changed();
        pending.current = true;
        timer = setTimeout(() => {
          timer = undefined;
          pending.current = false;
          changed();
        }, everyMs);
      });
      return () => {
        clearTimeout(timer);
        pending.current = false;
        stop();
      };
    },
    [everyMs],
  );

  return useSyncExternalStore(subscribe, get);
}

const positionOf = (state: State | null): number => state?.position ?? -1;

/** Position of the state, re-rendering at most once in `everyMs`: for a view that reads the state itself while it renders. */
export function useSettledPosition(everyMs = 250): number {
  return useWorldValue(positionOf, { everyMs });
}
