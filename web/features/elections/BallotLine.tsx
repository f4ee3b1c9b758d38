import type { Ballot, Candidate } from "../../../shared/model/index.ts";
import { Name } from "../../components/Names.tsx";
import { Ring } from "../../components/Ring.tsx";
import { names } from "../../projections/deadlock-words.ts";
import { ballotWords, silentIn } from "../../projections/election-words.ts";
import { FaultOn } from "../faults/FaultOn.tsx";
import classes from "./Elections.module.css";

const votersAtMost = 25;

/** A vote under way: whom it is about, how it stands, how long it is open. */
export function BallotLine({ ballot, candidates }: { ballot: Ballot; candidates: readonly Candidate[] }) {
  const silent = silentIn(ballot);
  const said = [
    ballot.yes.length > 0 ? `yes: ${names(ballot.yes)}` : "",
    ballot.no.length > 0 ? `no: ${names(ballot.no)}` : "",
    silent.length > 0 ? `silent: ${names(silent)}` : "",
  ].filter((word) => word !== "");
  return (
    <div className={classes.ballot}>
      <Ring sinceMs={ballot.sinceMs} untilMs={ballot.untilMs} label={`Ballot on ${ballot.agent}`} size={24} />
      <div>
        <b>
          Ballot <span className="sb-mono">{ballot.ballot}</span> on <Name kind="agent" id={ballot.agent} />
        </b>
        <Votes ballot={ballot} />
        <span>
          {ballotWords(ballot)} · {said.join(" · ")}
        </span>
        {/* Whoever votes and does not campaign stands nowhere else. */}
        {ballot.electorate
          .filter((agent) => !candidates.some((candidate) => candidate.agent === agent))
          .slice(0, votersAtMost)
          .map((agent) => (
            <FaultOn key={agent} agent={agent} />
          ))}
      </div>
    </div>
  );
}

/** A pip a member: full said yes, crossed said no, hollow is silent. */
function Votes({ ballot: { electorate, yes, no } }: { ballot: Ballot }) {
  if (electorate.length > votersAtMost) return null;
  return (
    <span className={classes.votes} aria-hidden>
      {electorate.map((agent) => (
        <i key={agent} data-vote={yes.includes(agent) ? "yes" : no.includes(agent) ? "no" : undefined} title={agent} />
      ))}
    </span>
  );
}
