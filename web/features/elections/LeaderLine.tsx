import type { Election } from "../../../shared/model/index.ts";
import { Since, Until } from "../../components/Clock.tsx";
import { Ring } from "../../components/Ring.tsx";
import { ordinal, whyWords } from "../../projections/election-words.ts";
import { Lamp } from "../tracks/Lamp.tsx";
import classes from "./Elections.module.css";
import { TermSteps } from "./TermSteps.tsx";

/** Who leads, in which term and why; or since when nobody does. */
export function LeaderLine({ election }: { election: Election }) {
  const { group, leader, candidates, terms, vacantMs, coolingUntilMs, frozen } = election;
  return (
    <div className={classes.leader}>
      {leader === undefined ? (
        <span className={classes.vacant} data-idle={candidates.length === 0 || undefined} aria-hidden />
      ) : (
        <Lamp agent={leader.agent} tone="lead" label={`${leader.agent} leads ${group}`} size={32} />
      )}
      <div className={classes.leaderWords}>
        {leader === undefined ? (
          <>
            <b>{terms === 0 ? "Nobody has led yet" : "Nobody leads"}</b>
            {vacantMs === undefined ? null : (
              <span>
                vacant for <Since sinceMs={vacantMs} words />
              </span>
            )}
          </>
        ) : (
          <>
            <b>
              term <span className="sb-mono">{leader.term}</span>, {ordinal(terms)} leader
            </b>
            <span>
              <Since sinceMs={leader.sinceMs} />
              {leader.turnMs === undefined ? null : (
                <>
                  {" "}
                  · next window <Until untilMs={leader.turnMs} />
                </>
              )}
            </span>
          </>
        )}
        {coolingUntilMs === undefined ? null : (
          <span className={classes.cooling}>
            <Ring sinceMs={vacantMs ?? coolingUntilMs} untilMs={coolingUntilMs} label="Cooling" />
            <span>
              the next one is elected <Until untilMs={coolingUntilMs} />
            </span>
          </span>
        )}
        {frozen === undefined ? null : (
          <span>
            frozen by {frozen.by}: {frozen.reason}
          </span>
        )}
      </div>
      <TermSteps group={group} />
      {leader === undefined ? null : (
        <p className={classes.because}>
          {whyWords(leader)}
          {leader.value === "" ? null : (
            <>
              {" "}
              It proclaims <span className="sb-mono">{leader.value}</span>.
            </>
          )}
        </p>
      )}
    </div>
  );
}
