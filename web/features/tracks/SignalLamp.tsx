import type { Signal } from "../../projections/graph-nodes.ts";
import classes from "./SignalLamp.module.css";

export const signalWords: Record<Signal, string> = {
  clear: "clear: the next one goes in",
  taken: "taken: the next one waits",
  cooling: "in its lock-delay: nobody goes in yet",
  frozen: "frozen by an operator: nobody goes in",
};

/** A semaphore: the arm says it without colour. Level stops, raised is clear, crossed is barred by an operator. */
export function SignalLamp({ signal }: { readonly signal: Signal }) {
  return (
    <svg className={classes.signal} data-signal={signal} width="14" height="26" viewBox="0 0 14 26" role="img" aria-label={signalWords[signal]}>
      <title>{signalWords[signal]}</title>
      <path className={classes.post} d="M7 13V25" />
      {signal === "taken" && <path className={classes.arm} d="M1 5.5H13" />}
      {signal === "clear" && <path className={classes.arm} d="M7 8L12 1.5" />}
      {signal === "frozen" && <path className={classes.arm} d="M2 1L12 10M12 1L2 10" />}
      {signal === "cooling" && <path className={classes.arm} d="M3 1.5H11M7 1.5V6" />}
      <circle className={classes.lamp} cx="7" cy="13" r="4" />
    </svg>
  );
}
