import { excludes, type Hold, holdOf } from "./models.ts";
import type { Operation } from "./operation.ts";

/** Two or more that had at the same time what only fewer may have. */
export interface Overlap {
  readonly key: string;
  /** Who, in the order they got it; the last one was one too many. */
  readonly holders: readonly { readonly process: string; readonly hold: string; readonly resource: string; readonly acquired: Operation }[];
  /** From here on it is certain: all of them had been told that they have it, and none had yet begun to give it back. */
  readonly at: number;
  readonly words: string;
}

/** A stretch in which a process certainly held it: from the answer to its acquire until it asked to release. */
interface Certain {
  readonly held: Hold;
  readonly acquired: Operation;
  readonly from: number;
  readonly to: number;
  readonly capacity: number;
}

const overlapsTold = 100;

/**
 * Who held one lock, or more units of a semaphore than there are, at the same time. Only certain holds count: an acquire
 * of unknown outcome may never have happened, a release of unknown outcome may have. In order of when each can be known;
 * the first hundred.
 */
export function overlapsOf(key: string, operations: readonly Operation[], capacity = 1): Overlap[] {
  const found: Overlap[] = [];
  let current: Certain[] = [];
  for (const next of certainHolds(operations, capacity)) {
    current = current.filter((one) => one.to > next.from);
    const here = current.filter((one) => one.from < next.from || next.to > next.from);
    const groups = next.capacity > 1 ? tooMany(here, next) : here.filter((one) => excludes(one.held, next.held)).map((one) => [one, next]);
    for (const group of groups) if (found.length < overlapsTold) found.push(overlap(key, group, next));
    current.push(next);
  }
  return found;
}

function tooMany(here: readonly Certain[], next: Certain): Certain[][] {
  const group = [...here.filter((one) => one.held.resource === next.held.resource), next];
  return group.reduce((sum, one) => sum + one.held.units, 0) > next.capacity ? [group] : [];
}

function overlap(key: string, group: readonly Certain[], last: Certain): Overlap {
  const holders = group.map(({ held, acquired }) => ({ process: held.process, hold: held.hold, resource: held.resource || key, acquired }));
  const names = holders.map(({ process, resource }) => `${process} (${resource === "" ? "" : `${resource}, `}answered at ${answeredAt(group, process)})`);
  const what = last.capacity > 1 ? `${group.reduce((sum, one) => sum + one.held.units, 0)} units of ${last.capacity} were held` : "held at the same time";
  return { key, holders, at: last.from, words: `${what} by ${names.join(" and ")}; known from ${last.from} on` };
}

function answeredAt(group: readonly Certain[], process: string): number {
  return (group.find((one) => one.held.process === process) as Certain).from;
}

/** By their beginning. */
function certainHolds(operations: readonly Operation[], capacity: number): Certain[] {
  const sorted = operations.filter((one) => one.outcome !== "failed").sort((a, b) => a.invokedAt - b.invokedAt);
  const open = new Map<string, Omit<Certain, "to">>();
  const holds: Certain[] = [];
  for (const operation of sorted) {
    const { process, call, completedAt, outcome } = operation;
    if (call.f !== "acquire" && call.f !== "release") continue;
    const name = JSON.stringify([process, call.hold ?? process]);
    if (call.f === "release") {
      const held = open.get(name);
      if (held !== undefined) holds.push({ ...held, to: operation.invokedAt });
      open.delete(name);
    } else if (outcome === "ok" && completedAt !== null && !open.has(name)) {
      open.set(name, { held: holdOf(process, call), acquired: operation, from: completedAt, capacity: call.capacity ?? capacity });
    }
  }
  for (const held of open.values()) holds.push({ ...held, to: Number.POSITIVE_INFINITY });
  return holds.sort((a, b) => a.from - b.from || a.to - b.to);
}
