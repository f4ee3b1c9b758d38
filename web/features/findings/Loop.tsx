import type { LoopAct } from "../../../shared/model/index.ts";
import { formatDuration, formatTime } from "../../app/format.ts";
import { Since } from "../../components/Clock.tsx";
import { Name } from "../../components/Names.tsx";
import { loopWords } from "../../projections/finding-words.ts";
import { nowMs } from "../../stores/clock.ts";
import inspector from "../inspector/Inspector.module.css";
import classes from "./Findings.module.css";

const linesShown = 6;

/** What an act means for the one who does it: got it, tries, or lost. */
const tones: Record<LoopAct["act"], "got" | "tries" | "lost"> = {
  took: "got",
  asked: "tries",
  announced: "tries",
  wasRefused: "lost",
  gaveUp: "lost",
  gaveBack: "lost",
  handedOn: "lost",
  withdrew: "lost",
};

/** The acts that repeat, up to when it was found, as a small timeline: a row for each agent, and below the last ones in words. */
export function Loop({ acts }: { acts: readonly LoopAct[] }) {
  const [first, last] = [acts[0], acts.at(-1)];
  if (first === undefined || last === undefined) return null;
  const agents = [...new Set(acts.map(({ agent }) => agent))];
  const spanMs = Math.max(1, last.atMs - first.atMs);
  return (
    <>
      <p className={inspector.calm}>
        As it was when it was found, at {formatTime(last.atMs, nowMs())} (<Since sinceMs={last.atMs} words /> ago)
      </p>
      <div className={classes.loop} role="img" aria-label={`${acts.length} acts of ${agents.join(" and ")} in ${formatDuration(spanMs)}`}>
        {agents.map((agent) => (
          <div key={agent} className={classes.lane}>
            <span>{agent}</span>
            <div className={classes.track}>
              {acts
                .filter((act) => act.agent === agent)
                .map((act) => (
                  <i
                    key={`${act.atMs} ${act.act} ${act.resource}`}
                    data-tone={tones[act.act]}
                    style={{ left: `${((act.atMs - first.atMs) / spanMs) * 96 + 2}%` }}
                    title={`${formatDuration(act.atMs - first.atMs)}: ${agent} ${loopWords[act.act]} ${act.resource}`}
                  />
                ))}
            </div>
          </div>
        ))}
        <div className={classes.scale}>
          <span>
            <i data-tone="got" /> took <i data-tone="tries" /> asked <i data-tone="lost" /> gave up or back
          </span>
          <span>{formatDuration(spanMs)}</span>
        </div>
      </div>
      <ol className={classes.steps}>
        {acts.slice(-linesShown).map((act) => (
          <li key={`${act.atMs} ${act.agent} ${act.act} ${act.resource}`}>
            <span className="sb-mono">+{formatDuration(act.atMs - first.atMs)}</span>
            <span>
              <Name kind="agent" id={act.agent} /> {loopWords[act.act]} <Name kind="resource" id={act.resource} />
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}
