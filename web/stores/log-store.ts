import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { type Fold, followLog } from "./follow-log.ts";

/** A list that a fold makes of the events, for anybody to look at. Its entries are replaced, never changed. */
export interface LogStore<T> {
  use(): readonly T[];
  /** Begins to follow the log, for as long as the page lives. */
  watch(): void;
}

export function logStore<T>(fold: Fold & { list(): readonly T[] }): LogStore<T> {
  const store = createStore<{ readonly list: readonly T[] }>(() => ({ list: [] }));
  return {
    use: () => useStore(store, ({ list }) => list),
    watch: () => {
      followLog(fold, () => {
        const list = fold.list();
        const before = store.getState().list;
        if (list.length !== before.length || list.some((one, index) => one !== before[index])) store.setState({ list });
      });
    },
  };
}
