import { FindingHistory } from "../../projections/finding-history.ts";
import { logStore } from "../../stores/log-store.ts";

const store = logStore(new FindingHistory());

/** Findings of the events at hand, newest first; those that stand are among them. */
export const useFindings = store.use;
export const watchFindings = store.watch;
