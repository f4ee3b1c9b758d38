import { formatDuration, formatTime } from "../../app/format.ts";
import type { Usage } from "../../projections/holds.ts";
import classes from "./UsageChart.module.css";

const height = 48;

/** A bar for each slice of the hour: held in green, waited for in amber on top. */
export function UsageChart({ usage, fromMs, spanMs }: { usage: Usage; fromMs: number; spanMs: number }) {
  const { slices } = usage;
  const sliceMs = spanMs / slices.length;
  const most = Math.max(sliceMs / 10, ...slices.map(({ heldMs, waitedMs }) => heldMs + waitedMs));
  const held = slices.reduce((sum, slice) => sum + slice.heldMs, 0);
  const waited = slices.reduce((sum, slice) => sum + slice.waitedMs, 0);
  return (
    <figure className={classes.figure}>
      <svg
        viewBox={`0 0 ${slices.length * 6} ${height}`}
        preserveAspectRatio="none"
        className={classes.chart}
        role="img"
        aria-label={`In the last hour held for ${formatDuration(held)} and waited for ${formatDuration(waited)} in all`}
      >
        {slices.map((slice, index) => {
          const heldHeight = (slice.heldMs / most) * height;
          const waitedHeight = (slice.waitedMs / most) * height;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a slice is its place in the hour.
            <g key={index}>
              <rect x={index * 6} y={height - heldHeight} width={4} height={heldHeight} className={classes.held} />
              <rect x={index * 6} y={height - heldHeight - waitedHeight} width={4} height={waitedHeight} className={classes.waited} />
            </g>
          );
        })}
      </svg>
      <figcaption className={classes.scale}>
        <span>{formatTime(fromMs, fromMs + spanMs).slice(0, -3)}</span>
        <span>
          <i className={classes.heldKey} /> held <i className={classes.waitedKey} /> waited
        </span>
        <span>now</span>
      </figcaption>
    </figure>
  );
}
