import { TraceError } from "../../format/error.ts";
import type { HoldFound, Imported, WaitForEdge, WaitFound } from "../imported.ts";
import type { Problems } from "../problems.ts";
import type { Source } from "../source/source.ts";
import { timeNs } from "../source/time.ts";
import { importSnapshots, type WaitSnapshot } from "../wait-for/snapshots.ts";
import { deadlocksOf, type InnodbDeadlock, type InnodbTransaction } from "./transactions.ts";

/**
 * "LATEST DETECTED DEADLOCK" of InnoDB. The section lists the transactions around the cycle, each waiting for the next and
 * the last for the first (Deadlock_notifier); where it names the lock in the way (MariaDB), by that.
 */
export function importInnodb(source: Source): Imported {
  const deadlocks = deadlocksOf(linesOf(source)).filter((deadlock) => deadlock.transactions.length > 0);
  if (deadlocks.length === 0)
    throw new TraceError('There is no deadlock in it: a section "LATEST DETECTED DEADLOCK" with lines such as "*** (1) TRANSACTION:" was looked for.', {
      line: 1,
    });
  const snapshots = deadlocks.map((deadlock) => snapshotOf(deadlock, source.problems));
  return importSnapshots("innodb", snapshots, source.problems, {
    deadlocks: deadlocks.map(({ line, at, transactions, victim }, index) => ({
      ...{ line, at, victim: snapshots[index]!.victim, victim_number: victim === undefined ? null : Number(victim), wait_for: snapshots[index]!.edges },
      transactions: transactions.map((one) => ({
        number: Number(one.number),
        id: nameOf(one),
        thread: one.thread ?? null,
        query: one.query,
        holds: one.holds,
        waits: one.waits,
      })),
    })),
    victims: snapshots.flatMap(({ victim }) => victim ?? []),
  });
}

/** `mysql -e` without `\G` prints the whole status on one line, with its line ends spelt out. */
function linesOf({ lines }: Source): readonly string[] {
  const spelt = lines.find((line) => line.includes("LATEST DETECTED DEADLOCK\\n"));
  return spelt === undefined ? lines : spelt.split("\\n");
}

/** Transactions are called by their ids, or by their numbers in the section where it does not tell these. */
const nameOf = (transaction: InnodbTransaction): string => transaction.id ?? `(${transaction.number})`;

function snapshotOf({ line, at, transactions, victim }: InnodbDeadlock, problems: Problems): WaitSnapshot {
  if (transactions.length < 2) problems.add("The section lists one transaction only: it is cut off, or the search was given up.", { line });
  const edges: WaitForEdge[] = [];
  const waits: WaitFound[] = [];
  const holds: HoldFound[] = [];
  transactions.forEach((transaction, index) => {
    const agent = nameOf(transaction);
    for (const { what, mode } of transaction.holds) holds.push({ agent, resource: what, mode });
    const told = transactions.find((other) => other !== transaction && transaction.conflicts.some((lock) => lock.transaction === other.id));
    const next = told ?? transactions[(index + 1) % transactions.length]!;
    const holder = next === transaction ? undefined : nameOf(next);
    for (const { what, mode } of transaction.waits.slice(0, 1)) {
      waits.push({ agent, resource: what, mode, on: holder === undefined ? [] : [holder] });
      if (holder !== undefined) edges.push([agent, holder, what]);
    }
    if (transaction.waits.length === 0) problems.add(`Transaction (${transaction.number}) does not say what it waits for.`, { line: transaction.line });
  });
  const loser = transactions.find((transaction) => transaction.number === victim);
  const doing = new Map(transactions.map((one) => [nameOf(one), one.query]));
  return { ns: timeNs(at), holds, waits, edges, victim: loser === undefined ? null : nameOf(loser), doing };
}
