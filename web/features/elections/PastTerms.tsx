import { formatDuration, formatTime } from "../../app/format.ts";
import { Since } from "../../components/Clock.tsx";
import { Name } from "../../components/Names.tsx";
import { leaderEndWords } from "../../projections/election-words.ts";
import { replay } from "../../replay/replay.ts";
import { useNow } from "../../stores/clock.ts";
import inspector from "../inspector/Inspector.module.css";
import { Line, Lines, Section } from "../inspector/parts.tsx";
import classes from "./Elections.module.css";
import { useTerms } from "./term-store.ts";

const termsAtMost = 8;

/** Who led a group one after the other, newest first. A click goes to where a term began. */
export function PastTerms({ group }: { group: string }) {
  const terms = useTerms().filter((one) => one.group === group);
  const now = useNow(5_000);
  if (terms.length === 0) return null;
  return (
    <Section heading="Terms">
      <Lines>
        {terms.slice(0, termsAtMost).map(({ term, agent, sinceMs, position, end }) => (
          <Line key={term} lamp={end === undefined ? "lead" : "idle"}>
            <Name kind="agent" id={agent} />{" "}
            <button type="button" className={classes.term} title={`Go to where term ${term} began`} onClick={() => replay.seek(position)}>
              term {term}
            </button>
            , {formatTime(sinceMs, now)},{" "}
            {end === undefined ? (
              <>
                for <Since sinceMs={sinceMs} words />
              </>
            ) : (
              `for ${formatDuration(end.ledMs)}: ${leaderEndWords[end.why]}`
            )}
          </Line>
        ))}
      </Lines>
      {terms.length > termsAtMost ? <p className={inspector.calm}>and {terms.length - termsAtMost} more in the events at hand</p> : null}
    </Section>
  );
}
