import { useCallback, useRef, useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { Actor, ErrorCode } from "../../shared/model/index.ts";
import type { State } from "../../shared/state/state.ts";
import { EventLog } from "./event-log.ts";

/** `offline` keeps the last picture; `refused` and `stopped` say why in `problem` and are not retried. */
export type WorldStatus = "connecting" | "live" | "offline" | "refused" | "stopped";

/** What this browser knows of a space. */
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

export const worldStore = createStore<World>(() => ({
  status: "connecting",
  space: "main",
  spaces: [],
  actor: null,
  state: null,
  revision: 0,
  events: new EventLog(),
  serverOffsetMs: 0,
  lastSeenMs: 0,
}));

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
