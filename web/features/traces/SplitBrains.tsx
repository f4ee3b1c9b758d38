import type { SplitBrain } from "../../../shared/trace/index.ts";
import { formatCount, formatDuration, formatTime } from "../../app/format.ts";
import { Name } from "../../components/Names.tsx";
import { replay } from "../../replay/replay.ts";
import { useCursor } from "../../stores/cursor.ts";
import classes from "./Traces.module.css";

/** Who believed to lead beside whom: both with their terms, since when, and what shows it. Each leads to where it showed. */
export function SplitBrains({ splitBrains }: { splitBrains: readonly SplitBrain[] }) {
  const nowMs = useCursor((cursor) => cursor.head?.untilMs) ?? 0;
  if (splitBrains.length === 0) return null;
  return (
    <section aria-label="Split brains">
      <p className={classes.words}>
        {splitBrains.length === 1
          ? "Two agents believed to lead one group:"
          : `${formatCount(splitBrains.length)} times two agents believed to lead one group:`}
      </p>
      <ul className={classes.list}>
        {splitBrains.map(({ group, believers, signals, position, sinceMs, untilMs }) => (
          <li key={`${position} ${group} ${believers[0].agent}`}>
            <button type="button" className={classes.open} onClick={() => replay.seek(position)}>
              event {formatCount(position)}
            </button>{" "}
            {believers.map(({ agent, term, sinceMs: leadsMs }, index) => (
              <span key={agent}>
                {index === 0 ? "" : " and "}
                <Name kind="agent" id={agent} /> ({term === "" ? "" : `term ${term}, `}since {formatTime(leadsMs, nowMs)})
              </span>
            ))}{" "}
            believed to lead <Name kind="group" id={group} /> from {formatTime(sinceMs, nowMs)} on
            {untilMs === undefined ? ", to the end" : `, for ${formatDuration(untilMs - sinceMs)}`}:
            <ul>
              {signals.map((signal) => (
                <li key={signal}>{signal}</li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </section>
  );
}
