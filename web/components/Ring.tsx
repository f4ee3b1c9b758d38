import { useNow } from "../stores/clock.ts";
import classes from "./Ring.module.css";

interface RingProps {
  /** It is whole then, and closed at the end. */
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Said to screen readers, with the time that is left. */
  readonly label: string;
  readonly size?: number;
}

/** A ring that closes until its time is over. Only this re-renders. */
export function Ring({ sinceMs, untilMs, label, size = 16 }: RingProps) {
  const left = Math.max(0, untilMs - useNow(250));
  const share = Math.min(1, left / Math.max(1, untilMs - sinceMs));
  const radius = size / 2 - 2;
  const length = 2 * Math.PI * radius;
  return (
    <svg
      className={classes.ring}
      width={size}
      height={size}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={`${label}, ${Math.ceil(left / 1_000)} s left`}
    >
      <circle cx={size / 2} cy={size / 2} r={radius} className={classes.rest} />
      <circle
        cx={size / 2}
        cy={size / 2}
        r={radius}
        className={classes.left}
        strokeDasharray={`${share * length} ${length}`}
        transform={`rotate(-90 ${size / 2} ${size / 2})`}
      />
    </svg>
  );
}
