import type { Report } from "../../../shared/protocol/index.ts";
import { formatCount, formatTime } from "../../app/format.ts";
import { Section } from "../inspector/parts.tsx";
import classes from "./CollisionsPanel.module.css";
import { collisionsOf, missingWords, perHundred, type Run, runsOf, runWords } from "./collisions.ts";

const rows = [
  { figure: "commits", label: "commits", bad: false },
  { figure: "lostCommits", label: "lost commits", bad: true },
  { figure: "overwrittenEdits", label: "overwritten edits", bad: true },
  { figure: "indexLockFailures", label: "failed index.lock", bad: true },
  { figure: "testsRun", label: "tests run", bad: false },
] as const;

const wayOf = (run: Run): string => (run.coordinated ? "with locks" : "without locks");

/** What git itself counted of a demo fleet, with locks and without side by side. Nothing where no demo runs. */
export function CollisionsPanel({ reports, nowMs }: { reports: readonly Report[]; nowMs: number }) {
  const runs = runsOf(reports);
  const current = runs.find((run) => run.current) ?? runs[0];
  if (current === undefined) return null;
  const missing = missingWords(runs);
  return (
    <Section heading="What git counted">
      {runs.map((run) => (
        <p key={wayOf(run)} className={classes.words} data-bad={collisionsOf(run) > 0 || undefined}>
          {runWords(run)}
        </p>
      ))}
      <Rates runs={runs} />
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">
              <span className="sb-hidden">Figure</span>
            </th>
            {runs.map((run) => (
              <th key={wayOf(run)} scope="col">
                {wayOf(run)}
                {run.current ? <span className={classes.running}> now</span> : null}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ figure, label, bad }) => (
            <tr key={figure}>
              <th scope="row">{label}</th>
              {runs.map((run) => (
                <td key={wayOf(run)} className="sb-mono" data-bad={(bad && run[figure] > 0) || undefined}>
                  {formatCount(run[figure])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className={classes.note}>
        {missing === undefined ? "" : `${missing} `}Counted from git at {formatTime(current.atMs, nowMs)}.
      </p>
    </Section>
  );
}

/** Collisions per hundred commits as two bars of one scale. */
function Rates({ runs }: { runs: readonly Run[] }) {
  const rates = runs.flatMap((run) => {
    const rate = perHundred(collisionsOf(run), run);
    return rate === undefined ? [] : [{ run, rate }];
  });
  if (rates.length < 2 && rates.every(({ rate }) => rate === 0)) return null;
  const most = Math.max(...rates.map(({ rate }) => rate), 1);
  return (
    <figure className={classes.rates}>
      <figcaption className={classes.scale}>collisions per 100 commits</figcaption>
      <dl>
        {rates.map(({ run, rate }) => (
          <div key={wayOf(run)} className={classes.rate}>
            <dt>{wayOf(run)}</dt>
            <dd>
              <span className={classes.track}>
                <span className={classes.bar} style={{ width: `${(rate / most) * 100}%` }} />
              </span>
              <span className="sb-mono">{rate === 0 ? "0" : rate.toFixed(1)}</span>
            </dd>
          </div>
        ))}
      </dl>
    </figure>
  );
}
