import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { DeadlockHistory, type PastDeadlock } from "../../projections/deadlock-history.ts";
import { followLog } from "../../stores/follow-log.ts";

const store = createStore<{ readonly past: readonly PastDeadlock[] }>(() => ({ past: [] }));

/** Deadlocks of the events at hand, newest first; those that stand are among them. */
export const useDeadlocks = (): readonly PastDeadlock[] => useStore(store, ({ past }) => past);

const same = (left: readonly PastDeadlock[], right: readonly PastDeadlock[]): boolean =>
  left.length === right.length && left.every((one, index) => one === right[index]);

/** Begins to follow them, for as long as the page lives. */
export function watchDeadlocks(): void {
  const history = new DeadlockHistory();
  followLog(history, () => {
    const past = history.list();
    if (!same(past, store.getState().past)) store.setState({ past });
  });
}
