import type { Report } from "../../../shared/protocol/index.ts";
import { formatCount, formatTime } from "../../app/format.ts";
import { Fact, Facts } from "../../components/Facts.tsx";
import { useNow } from "../../stores/clock.ts";
import { useReports } from "../../stores/reports.ts";
import classes from "./Inspector.module.css";
import { Section } from "./parts.tsx";
import tables from "./ReportSections.module.css";

/** Figures that the server tells beside the state. A demo fleet's are shown side by side: with locks and without. */
export function ReportSections() {
  const reports = useReports();
  const now = useNow(10_000);
  const demo = reports.filter(({ name }) => name === "demo" || name === "demo:previous");
  return (
    <>
      {demo.length > 0 ? <DemoSection reports={demo} nowMs={now} /> : null}
      {reports.map((report) =>
        demo.includes(report) ? null : (
          <Section key={report.name} heading={report.name}>
            <Facts>
              {Object.entries(report.figures).map(([figure, value]) => (
                <Fact key={figure} label={inWords(figure)} value={inFigures(value)} />
              ))}
            </Facts>
            <p className={classes.calm}>counted at {formatTime(report.atMs, now)}</p>
          </Section>
        ),
      )}
    </>
  );
}

/** What git itself counted. The two fleets made different numbers of commits, so losses are also told per hundred of them. */
function DemoSection({ reports, nowMs }: { reports: readonly Report[]; nowMs: number }) {
  const [first] = reports;
  if (first === undefined) return null;
  const columns = [...reports].sort((left, right) => (right.figures.mode ?? 0) - (left.figures.mode ?? 0));
  const figures = Object.keys(first.figures).filter((figure) => figure !== "mode");
  return (
    <Section heading="What git counted">
      <table className={tables.table}>
        <thead>
          <tr>
            <th scope="col">
              <span className="sb-hidden">Figure</span>
            </th>
            {columns.map((report) => (
              <th key={report.name} scope="col">
                {report.figures.mode === 1 ? "with locks" : "without"}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {figures.map((figure) => (
            <tr key={figure}>
              <th scope="row">{inWords(figure)}</th>
              {columns.map((report) => (
                <td key={report.name} className="sb-mono" data-bad={(isLoss(figure) && (report.figures[figure] ?? 0) > 0) || undefined}>
                  {inFigures(report.figures[figure] ?? 0)}
                  {isLoss(figure) ? <PerHundred count={report.figures[figure] ?? 0} of={report.figures.commits ?? 0} /> : null}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className={classes.calm}>counted at {formatTime(first.atMs, nowMs)}; losses also per 100 commits</p>
    </Section>
  );
}

function PerHundred({ count, of }: { count: number; of: number }) {
  return of === 0 || count === 0 ? null : <span className={tables.rate}> {((count / of) * 100).toFixed(1)}</span>;
}

const isLoss = (figure: string): boolean => /lost|overwritten|failures|failed/i.test(figure);
/** `lostCommits` as `lost commits`. */
const inWords = (figure: string): string => figure.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
const inFigures = (value: number): string => (Number.isInteger(value) ? formatCount(value) : value.toFixed(2));
