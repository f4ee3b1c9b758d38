import type { Candidate, Election } from "../../../shared/model/index.ts";
import { plural } from "../../app/format.ts";
import { Name } from "../../components/Names.tsx";
import { standingWords } from "../../projections/election-words.ts";
import { candidateOrder } from "../../projections/elections.ts";
import { useNow } from "../../stores/clock.ts";
import { FaultOn } from "../faults/FaultOn.tsx";
import classes from "./Elections.module.css";

/** Whoever would lead, in the policy's order, and why it does not; then whoever may not. */
export function CandidateList({ election, atMost }: { election: Election; atMost: number }) {
  const now = useNow(5_000);
  const { candidates, blocked, settings } = election;
  if (candidates.length + blocked.length === 0) return <p className={classes.calm}>Nobody campaigns.</p>;
  const shown = candidateOrder(election).slice(0, atMost);
  const shownBlocked = blocked.slice(0, Math.max(1, atMost - shown.length));
  const more = candidates.length - shown.length + blocked.length - shownBlocked.length;
  return (
    <ol className={classes.candidates} aria-label="Candidates">
      {shown.map((candidate) => (
        <li key={candidate.session} data-leads={candidate.session === election.leader?.session || undefined}>
          <Name kind="agent" id={candidate.agent} />
          <Rank words={rankWords(candidate, settings.policy)} />
          <span className={classes.why}>{standingWords(election, candidate, now)}</span>
          {/* What the leader proclaims stands beside its term. */}
          {candidate.value === "" || candidate.session === election.leader?.session ? null : (
            <span className={`sb-mono ${classes.value}`}>{candidate.value}</span>
          )}
          <FaultOn agent={candidate.agent} />
        </li>
      ))}
      {shownBlocked.map(({ agent, by, reason }) => (
        <li key={`blocked ${agent}`} data-blocked>
          <Name kind="agent" id={agent} />
          <span className={classes.why}>
            blocked by {by}: {reason}
          </span>
        </li>
      ))}
      {more > 0 ? <li className={classes.more}>and {plural(more, "more", "more")}</li> : null}
    </ol>
  );
}

/** Without it, what is said of the candidate has its room. */
const Rank = ({ words }: { words: string }) => (words === "" ? null : <span className={classes.rank}>{words}</span>);

/** What its policy goes by. */
function rankWords({ priority, weight }: Candidate, policy: Election["settings"]["policy"]): string {
  if (policy === "rendezvous") return plural(weight, "share");
  return policy === "priority" || policy === "quorum" || priority !== 0 ? `priority ${priority}` : "";
}
