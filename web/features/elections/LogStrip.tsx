import type { NodeView } from "../../../shared/model/index.ts";
import { formatCount } from "../../app/format.ts";
import classes from "./LogStrip.module.css";

/** The newest entries of a node's log, each with its term; the line stands after the last that is committed. */
export function LogStrip({ log: { first, last, commit, entries } }: { log: NonNullable<NodeView["log"]> }) {
  const before = (entries[0]?.index ?? last + 1) - first;
  const words = last < first ? "empty log" : `log ${formatCount(first)} to ${formatCount(last)}, committed to ${formatCount(commit)}`;
  return (
    <span className={classes.log} role="img" aria-label={words} title={words}>
      {before > 0 ? <span className={classes.before}>{formatCount(before)} earlier</span> : null}
      {entries.map(({ index, term, what }) => (
        <span
          key={index}
          className={classes.entry}
          data-open={index > commit || undefined}
          data-last={index === commit || undefined}
          title={`${index}: ${what}, term ${term}`}
        >
          {term}
        </span>
      ))}
      {entries.length === 0 ? <span className={classes.before}>{last < first ? "empty" : ""}</span> : null}
    </span>
  );
}
