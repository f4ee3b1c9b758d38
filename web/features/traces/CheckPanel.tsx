import type { TraceCheck } from "../../../shared/trace/index.ts";
import { formatCount, plural } from "../../app/format.ts";
import { replay } from "../../replay/replay.ts";
import { SplitBrains } from "./SplitBrains.tsx";
import classes from "./Traces.module.css";

/** What was checked and what broke; each break leads to the event at which it shows. */
export function CheckPanel({ check }: { check: TraceCheck }) {
  const count = (verdict: string) => check.rules.filter((rule) => rule.verdict === verdict).length;
  return (
    <details className={classes.details} open={!check.ok || check.splitBrains.length > 0}>
      <summary>
        <span className={classes.badge} data-ok={check.ok || undefined}>
          {check.ok ? "Verified" : plural(check.breaks.length, "break")}
        </span>{" "}
        {plural(count("held"), "rule")} held, {formatCount(count("broken"))} broken, {formatCount(count("unchecked"))} that a trace cannot show
        {check.redacted ? "; a redacted copy: its chain is its own" : ""}
      </summary>
      {check.breaks.length === 0 ? null : (
        <ul className={classes.list}>
          {check.breaks.map(({ rule, position, message }) => (
            <li key={`${rule} ${position} ${message}`}>
              <button type="button" className={classes.open} onClick={() => replay.seek(position)}>
                {rule}, event {formatCount(position)}
              </button>{" "}
              {message}
            </li>
          ))}
        </ul>
      )}
      <SplitBrains splitBrains={check.splitBrains} />
      <div className={classes.scroll}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Rule</th>
              <th scope="col">Verdict</th>
            </tr>
          </thead>
          <tbody>
            {check.rules.map(({ rule, title, verdict, why }) => (
              <tr key={rule}>
                <th scope="row">
                  <b className="sb-mono">{rule}</b> {title}
                </th>
                <td data-some={verdict === "broken" || undefined} data-dim={verdict === "unchecked" || undefined}>
                  {why === undefined ? verdict : `not checked: ${why}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
