import { DeadlockHistory } from "../../projections/deadlock-history.ts";
import { logStore } from "../../stores/log-store.ts";

const store = logStore(new DeadlockHistory());

/** Deadlocks of the events at hand, newest first; those that stand are among them. */
export const useDeadlocks = store.use;
export const watchDeadlocks = store.watch;
