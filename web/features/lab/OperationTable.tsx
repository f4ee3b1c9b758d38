import type { OperationRow } from "../../../shared/sim/lab/operations/measure.ts";
import classes from "./Lab.module.css";
import { countOrNone, durationOrNone, percentWords, ruleWords, timeWords } from "./lab-words.ts";

/** What one operation costs under each rule. */
export function OperationTable({ rows }: { rows: readonly OperationRow[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by key.
    <section className={classes.scroll} tabIndex={0} aria-label="What one operation costs">
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">How it is decided</th>
            <th scope="col">Members</th>
            <th scope="col">Lost</th>
            <th scope="col">Delay</th>
            <th scope="col">p50</th>
            <th scope="col">p95</th>
            <th scope="col">Longest</th>
            <th scope="col">Messages each</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.rule} ${row.members} ${row.loss} ${row.delayMs}`}>
              <th scope="row">{ruleWords[row.rule]}</th>
              <td>{row.members}</td>
              <td>{percentWords(row.loss)}</td>
              <td>{timeWords(row.delayMs)}</td>
              <td>{durationOrNone(row.p50Ms)}</td>
              <td>{durationOrNone(row.p95Ms)}</td>
              <td>{durationOrNone(row.maxMs)}</td>
              <td>{countOrNone(row.messages)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Whether what is often said of voting on every operation holds for these figures, in words; nothing before they are there. */
export function claimWords(rows: readonly OperationRow[]): string | undefined {
  const votes = rows.filter(({ rule, p50Ms }) => rule === "vote" && p50Ms !== null);
  const slow = votes.filter(({ p50Ms }) => p50Ms !== null && p50Ms >= 100 && p50Ms <= 500);
  const [first] = votes;
  if (first === undefined) return undefined;
  const most = votes.reduce((one, other) => (other.messages > one.messages ? other : one), first);
  const times =
    slow.length === 0
      ? "Here it does not: a vote takes about one round trip, so 100 to 500 ms are those of a network that takes some 90 to 400 ms one way"
      : slow.length === votes.length
        ? "Here it does, for a message takes that long: a vote is about one round trip"
        : `Here it does where a message takes ${[...new Set(slow.map(({ delayMs }) => delayMs))].join(" or ")} ms, and not where it is faster: a vote is about one round trip`;
  return `Voting on every operation is said to take 100 to 500 ms each. ${times}. Its messages do grow with the square of the members: ${countOrNone(most.messages)} each for ${most.members}. A leader with a lease takes as long and two messages; a rule that all can work out takes neither, and tells nobody what was done.`;
}
