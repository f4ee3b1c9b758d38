import { TraceError } from "../../format/error.ts";
import type { HoldFound, Imported, WaitForEdge, WaitFound } from "../imported.ts";
import type { Source } from "../source/source.ts";
import { timeNs } from "../source/time.ts";
import { importSnapshots, type WaitSnapshot } from "../wait-for/snapshots.ts";
import { describe } from "./lock-tag.ts";
import { modeOf, modesConflict } from "./modes.ts";
import { type Row, rowsOf } from "./rows.ts";

interface LockRow {
  readonly agent: string;
  readonly what: string;
  readonly mode: string;
  readonly granted: boolean;
  /** Since when it waits; pg_locks has it from version 14 on. */
  readonly waitNs: bigint | undefined;
  readonly line: number | undefined;
}

/** Of locks with each other: a table of half a million locks on one thing would never end. */
const mostComparisons = 5_000_000;

/**
 * Snapshots of pg_locks, alone or joined with pg_stat_activity, or a query of who blocks whom. A row that is not granted
 * waits for those who hold the same thing in a mode that conflicts with its own; and for those who stand before it in the
 * queue, where their waitstart says so or nobody else can be what it waits for.
 */
export function importPgLocks(source: Source): Imported {
  const rows = rowsOf(source);
  const tables = new Map<number, Row[]>();
  for (const row of rows) {
    const own = tables.get(row.snapshot ?? 0) ?? [];
    tables.set(row.snapshot ?? 0, own);
    own.push(row);
  }
  const read = [...tables.values()].map((own) => ({ rows: own, locks: own.flatMap((row) => lockOf(row) ?? []), told: own.flatMap(blockedBy) }));
  const locks = read.flatMap((one) => one.locks);
  if (locks.length === 0 && read.every((one) => one.told.length === 0))
    throw new TraceError("There are no rows of pg_locks in it: the columns pid, locktype, mode and granted are needed, or blocked_pid and blocking_pid.", {
      line: 1,
    });
  for (const lock of locks) if (lock.agent === "") source.problems.add("A lock names no process.", { line: lock.line });
  const holds = locks.filter((lock) => lock.granted).map(holdOf);
  return importSnapshots("pg-locks", read.map(snapshotOf), source.problems, {
    ...{ rows: rows.length, locks: locks.length, granted: holds.length, waiting: locks.length - holds.length, holds, snapshots: read.length },
  });
}

const holdOf = ({ agent, what, mode }: LockRow): HoldFound => ({ agent, resource: what, mode });

function snapshotOf({ rows, locks, told }: { rows: readonly Row[]; locks: readonly LockRow[]; told: readonly WaitForEdge[] }): WaitSnapshot {
  const edges = [...edgesOf(locks)];
  const known = new Set(edges.map(([waiter, holder]) => `${waiter} ${holder}`));
  edges.push(...told.filter(([waiter, holder]) => !known.has(`${waiter} ${holder}`)));
  const on = new Map<string, string[]>();
  for (const [waiter, holder, what] of edges) {
    const key = JSON.stringify([waiter, what]);
    const holders = on.get(key) ?? [];
    on.set(key, holders);
    holders.push(holder);
  }
  const waiting = locks.filter((lock) => !lock.granted);
  const waits = waiting.map(({ agent, what, mode, waitNs }): WaitFound => {
    return { agent, resource: what, mode, ...(waitNs !== undefined && { sinceNs: String(waitNs) }), on: on.get(JSON.stringify([agent, what])) ?? [] };
  });
  const waiters = new Set(waiting.map((lock) => lock.agent));
  for (const [waiter, holder, what] of told) if (!waiters.has(waiter)) waits.push({ agent: waiter, resource: what, on: [holder] });
  const holds = locks.filter((lock) => lock.granted).map(holdOf);
  return { holds: contended(holds, waits), waits, edges, victim: null, doing: doingOf(rows) };
}

/** Locks that nobody waits for say little, and many go together that a space has no mode for: only those in the way are drawn. */
function contended(holds: readonly HoldFound[], waits: readonly WaitFound[]): HoldFound[] {
  const wanted = new Set(waits.map((wait) => wait.resource));
  const blocking = new Map<string, Set<string>>();
  for (const { resource, on } of waits) {
    const own = blocking.get(resource) ?? new Set<string>();
    blocking.set(resource, own);
    for (const holder of on ?? []) own.add(holder);
  }
  return holds.filter(({ agent, resource }) => wanted.has(resource) && blocking.get(resource)?.has(agent) === true);
}

function lockOf({ values, line }: Row): LockRow | undefined {
  const mode = values.get("mode");
  const granted = values.get("granted");
  if (mode === undefined || granted === undefined) return undefined;
  const pid = values.get("pid") ?? values.get("process_id");
  const owner = pid ?? (values.has("virtualtransaction") ? `transaction ${values.get("virtualtransaction")}` : "");
  return {
    agent: owner,
    what: describe(values),
    mode: modeOf(mode),
    granted: /^(t|true|yes|y|on|1)$/i.test(granted),
    waitNs: timeNs(values.get("waitstart") ?? ""),
    line,
  };
}

function* edgesOf(locks: readonly LockRow[]): Generator<WaitForEdge> {
  const byWhat = new Map<string, LockRow[]>();
  for (const lock of locks) {
    const same = byWhat.get(lock.what) ?? [];
    byWhat.set(lock.what, same);
    same.push(lock);
  }
  let compared = 0;
  for (const waiter of locks) {
    if (waiter.granted) continue;
    const others = (byWhat.get(waiter.what) ?? []).filter((other) => other.agent !== waiter.agent && modesConflict(waiter.mode, other.mode));
    compared += byWhat.get(waiter.what)?.length ?? 0;
    if (compared > mostComparisons) throw new TraceError("There are too many locks on one thing to tell who waits for whom.", { line: waiter.line });
    const holders = others.filter((other) => other.granted);
    const ahead = others.filter(
      (other) =>
        !other.granted &&
        (holders.length === 0 ? other.waitNs === undefined || waiter.waitNs === undefined || other.waitNs < waiter.waitNs : isBefore(other, waiter)),
    );
    for (const agent of new Set([...holders, ...ahead].map((other) => other.agent))) yield [waiter.agent, agent, waiter.what];
  }
}

function isBefore(other: LockRow, waiter: LockRow): boolean {
  return other.waitNs !== undefined && waiter.waitNs !== undefined && other.waitNs < waiter.waitNs;
}

/** What queries of who blocks whom call the two sides (the wiki's "lock monitoring", pg_blocking_pids). */
function blockedBy({ values }: Row): WaitForEdge[] {
  const first = (...names: readonly string[]): string | undefined => names.map((name) => values.get(name)).find((value) => value !== undefined);
  const blockers = first("blocking_pid", "blocker_pid", "holder_pid", "pg_blocking_pids", "blocked_by", "blocking_pids");
  const waiter =
    first("blocked_pid", "waiting_pid", "waiter_pid") ??
    (values.has("pg_blocking_pids") || values.has("blocked_by") || values.has("blocking_pids") ? values.get("pid") : undefined);
  if (waiter === undefined || blockers === undefined) return [];
  const what = values.has("locktype") ? describe(values) : `what ${waiter} waits for`;
  return blockers
    .replace(/[{}[\]\s]/g, "")
    .split(",")
    .filter((pid) => /^\d+$/.test(pid) && pid !== "0" && pid !== waiter)
    .map((pid) => [waiter, pid, what]);
}

/** What pg_stat_activity says of a process. */
function doingOf(rows: readonly Row[]): Map<string, string> {
  const doing = new Map<string, string>();
  for (const { values } of rows) {
    const says = values.get("query") ?? values.get("current_query") ?? values.get("blocked_statement") ?? values.get("state") ?? values.get("usename");
    const pid = values.get("pid") ?? values.get("blocked_pid");
    if (pid !== undefined && says !== undefined && !doing.has(pid)) doing.set(pid, says);
    const blocker = values.get("blocking_pid");
    const its = values.get("blocking_statement") ?? values.get("current_statement_in_blocking_process");
    if (blocker !== undefined && its !== undefined && !doing.has(blocker)) doing.set(blocker, its);
  }
  return doing;
}
