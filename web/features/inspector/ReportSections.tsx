import { formatCount, formatTime } from "../../app/format.ts";
import { Fact, Facts } from "../../components/Facts.tsx";
import { useNow } from "../../stores/clock.ts";
import { useReports } from "../../stores/reports.ts";
import { CollisionsPanel } from "../collisions/CollisionsPanel.tsx";
import { isOfDemo } from "../collisions/collisions.ts";
import classes from "./Inspector.module.css";
import { Section } from "./parts.tsx";

/** Figures that the server tells beside the state. A demo fleet's are shown side by side: with locks and without. */
export function ReportSections() {
  const reports = useReports();
  const now = useNow(10_000);
  return (
    <>
      <CollisionsPanel reports={reports} nowMs={now} />
      {reports.map((report) =>
        isOfDemo(report) ? null : (
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

/** `lostCommits` as `lost commits`. */
const inWords = (figure: string): string => figure.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
const inFigures = (value: number): string => (Number.isInteger(value) ? formatCount(value) : value.toFixed(2));
