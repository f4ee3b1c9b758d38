import { TraceError } from "../../format/error.ts";
import type { HoldFound, Imported, WaitForEdge, WaitFound } from "../imported.ts";
import type { Source } from "../source/source.ts";
import { importSnapshots, type WaitSnapshot } from "../wait-for/snapshots.ts";
import { type Dump, dumpsOf } from "./threads.ts";

/**
 * Thread dumps of a JVM. What the JVM says of deadlocks comes first, then what the stacks tell: who is blocked on a
 * monitor or a synchronizer that another thread has. Several dumps of a file are played one after the other.
 */
export function importJvm(source: Source): Imported {
  const dumps = dumpsOf(source.lines).filter((dump) => dump.threads.size > 0);
  if (dumps.length === 0)
    throw new TraceError('There is no thread in it: lines such as "main" #1 prio=5 or sections "Found one Java-level deadlock" were looked for.', { line: 1 });
  return importSnapshots("jvm", dumps.map(snapshotOf), source.problems, {
    ...{ dumps: dumps.length, threads: dumps.reduce((sum, dump) => sum + dump.threads.size, 0) },
  });
}

function snapshotOf({ threads, found }: Dump): WaitSnapshot {
  const holders = new Map<string, string>();
  const holds: HoldFound[] = [];
  for (const thread of threads.values()) {
    // Who waits to be notified gave the monitor back; so did who waits to get it back after that.
    const given = new Set(thread.waits.map((wait) => wait.lock.address));
    const own = new Map(thread.locked.filter((lock) => !given.has(lock.address)).map((lock) => [lock.address, lock]));
    for (const lock of own.values()) {
      holders.set(lock.address, thread.name);
      holds.push({ agent: thread.name, resource: lock.what });
    }
  }
  const edges: WaitForEdge[] = found.map(({ waiter, holder, lock }) => [waiter, holder, lock.what]);
  const known = new Set(found.map(({ waiter, lock }) => JSON.stringify([waiter, lock.address])));
  const waits: WaitFound[] = found.map(({ waiter, holder, lock }) => ({ agent: waiter, resource: lock.what, on: [holder] }));
  for (const thread of threads.values()) {
    for (const { lock, kind, holder: told } of thread.waits) {
      const holder = told ?? holders.get(lock.address);
      // Pools park their idle threads on what nobody holds.
      if (kind === "notified" || (kind === "park" && holder === undefined)) continue;
      const key = JSON.stringify([thread.name, lock.address]);
      if (known.has(key)) continue;
      known.add(key);
      const isOther = holder !== undefined && holder !== thread.name;
      waits.push({ agent: thread.name, resource: lock.what, on: isOther ? [holder] : [] });
      if (isOther) edges.push([thread.name, holder, lock.what]);
    }
  }
  return { holds, waits, edges, victim: null, doing: new Map([...threads.values()].map(({ name, frame }) => [name, frame])) };
}
