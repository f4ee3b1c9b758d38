import { TermHistory } from "../../projections/term-history.ts";
import { logStore } from "../../stores/log-store.ts";

const store = logStore(new TermHistory());

/** Terms of the events at hand, newest first. */
export const useTerms = store.use;
export const watchTerms = store.watch;
