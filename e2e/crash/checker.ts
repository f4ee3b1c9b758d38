import type { Answer, Event, Fence, LockMode, Result } from "../../shared/model/index.ts";
import type { Held, Observation } from "./observations.ts";

/**
 * Compares what the clients were told with what the journal has after all kills. Written apart from the engine: paths,
 * modes and fences are judged by a few lines of its own.
 */
export interface Verdict {
  /** What the server acknowledged: answers, grants after waiting, joins. */
  readonly acknowledged: number;
  /** Acknowledged, but not in the journal, or there as something else. */
  readonly lost: readonly string[];
  /** Commands that were applied twice, or answered in two ways. */
  readonly repeated: readonly string[];
  /** Two holders of one thing at a time, or a fence that did not rise. */
  readonly doubleGranted: readonly string[];
}

export function check(observations: readonly Observation[], events: readonly Event[]): Verdict {
  const { lost, acknowledged } = findLost(observations, events);
  return {
    acknowledged,
    lost,
    repeated: [...appliedTwice(events), ...answeredDifferently(observations)],
    doubleGranted: [...fencesThatDidNotRise(events), ...heldTogetherInJournal(events), ...heldTogetherByClients(observations)],
  };
}

const key = (sender: string, id: string): string => `${sender} ${id}`;

function findLost(observations: readonly Observation[], events: readonly Event[]): { lost: string[]; acknowledged: number } {
  const byCause = new Map<string, Event[]>();
  for (const event of events) {
    if (event.cause === undefined) continue;
    const cause = key(event.cause.sender, event.cause.id);
    const together = byCause.get(cause);
    if (together) together.push(event);
    else byCause.set(cause, [event]);
  }
  const joined = new Set(events.flatMap((event) => (event.type === "session.joined" ? [key(event.session, event.agent)] : [])));
  const grantedFences = new Map<Fence, string>();
  for (const event of events) {
    if (event.type === "lock.granted") for (const lock of event.locks) grantedFences.set(lock.fence, lock.session);
    if (event.type === "lock.upgraded") grantedFences.set(event.newFence, event.session);
  }
  const lost: string[] = [];
  let acknowledged = 0;
  for (const seen of observations) {
    if (seen.kind === "joined") {
      acknowledged += 1;
      if (!joined.has(key(seen.session, seen.agent))) lost.push(`the join of ${seen.agent} as session ${seen.session}`);
    } else if (seen.kind === "granted") {
      acknowledged += 1;
      for (const fence of seen.fences)
        if (grantedFences.get(fence) !== seen.session) lost.push(`the grant of fence ${fence} to session ${seen.session} (${seen.command})`);
    } else if (seen.kind === "answered" && seen.answer.ok && seen.answer.result.status !== "checked") {
      acknowledged += 1;
      const problem = missing(seen.type, seen.fence, seen.answer.result, byCause.get(key(seen.session, seen.answer.id)) ?? []);
      if (problem !== undefined)
        lost.push(`${seen.type} ${seen.answer.id} of session ${seen.session} was answered ${seen.answer.result.status}, but ${problem}`);
    }
  }
  return { lost, acknowledged };
}

/** What of an acknowledged result its events do not show; undefined when all is there. */
function missing(type: string, fence: Fence | undefined, result: Result, events: readonly Event[]): string | undefined {
  if (events.length === 0) return "the journal has no event of it";
  const found = events.some((event) => {
    switch (result.status) {
      case "granted":
        return (
          event.type === "lock.granted" &&
          result.locks.every((grant) => event.locks.some((lock) => lock.fence === grant.fence && lock.resource === grant.resource))
        );
      case "queued":
        return event.type === "lock.queued" && event.wait.request === result.request;
      case "fenced":
        return (event.type === "lock.upgraded" || event.type === "lock.transferred") && event.newFence === result.fence;
      case "announced":
        return event.type === "intent.announced" && event.intent.intent === result.intent;
      case "done":
        return type !== "lock.release" || (event.type === "lock.released" && event.fence === fence);
      default:
        return true;
    }
  });
  return found ? undefined : `its events say otherwise: ${JSON.stringify(events)}`;
}

function appliedTwice(events: readonly Event[]): string[] {
  const seen = new Map<string, number>();
  const twice: string[] = [];
  for (const { type, cause, position } of events) {
    // Leaving ends all that a session has, with one event for each.
    if (cause === undefined || type === "lock.released" || type === "lock.dequeued") continue;
    const what = key(key(cause.sender, cause.id), type);
    const before = seen.get(what);
    if (before !== undefined) twice.push(`${type} of command ${cause.id} of ${cause.sender} at positions ${before} and ${position}`);
    seen.set(what, position);
  }
  const released = new Map<Fence, number>();
  for (const event of events) {
    if (event.type !== "lock.released") continue;
    const before = released.get(event.fence);
    if (before !== undefined) twice.push(`the release of fence ${event.fence} at positions ${before} and ${event.position}`);
    released.set(event.fence, event.position);
  }
  return twice;
}

function answeredDifferently(observations: readonly Observation[]): string[] {
  const first = new Map<string, string>();
  const problems: string[] = [];
  for (const seen of observations) {
    if (seen.kind !== "answered" || !seen.answer.ok) continue;
    const what = key(seen.session, seen.answer.id);
    const text = essence(seen.answer);
    const before = first.get(what);
    if (before !== undefined && before !== text)
      problems.push(`command ${seen.answer.id} of session ${seen.session} was answered first ${before}, then ${text}`);
    first.set(what, before ?? text);
  }
  return problems;
}

/** What an answer promises. Blockers and conflicts are what was seen at the time, and not part of it. */
function essence(answer: Extract<Answer, { ok: true }>): string {
  const { result } = answer;
  if (result.status === "granted") return `granted ${result.locks.map((lock) => lock.fence).join(", ")}`;
  if (result.status === "queued") return `queued as ${result.request}`;
  if (result.status === "announced") return `announced ${result.intent}`;
  return JSON.stringify(result);
}

function fencesThatDidNotRise(events: readonly Event[]): string[] {
  const problems: string[] = [];
  let highest = 0n;
  for (const event of events) {
    const fences =
      event.type === "lock.granted"
        ? event.locks.map((lock) => lock.fence)
        : event.type === "lock.upgraded" || event.type === "lock.transferred"
          ? [event.newFence]
          : [];
    for (const fence of fences) {
      if (BigInt(fence) <= highest) problems.push(`fence ${fence} at position ${event.position} is not above ${highest}`);
      else highest = BigInt(fence);
    }
  }
  return problems;
}

interface Holding {
  readonly session: string;
  readonly resource: string;
  mode: LockMode;
}

/** A lock covers its path and everything below. */
function overlap(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}

function clash(one: { resource: string; mode: LockMode }, other: { resource: string; mode: LockMode }): boolean {
  return overlap(one.resource, other.resource) && (one.mode === "exclusive" || other.mode === "exclusive");
}

function heldTogetherInJournal(events: readonly Event[]): string[] {
  const held = new Map<Fence, Holding>();
  const problems: string[] = [];
  const take = (fence: Fence, holding: Holding, position: number): void => {
    for (const [other, before] of held) {
      if (before.session !== holding.session && clash(before, holding)) {
        problems.push(
          `position ${position} gives ${holding.resource} (fence ${fence}) to ${holding.session} while ${before.session} holds ${before.resource} (fence ${other})`,
        );
      }
    }
    held.set(fence, holding);
  };
  for (const event of events) {
    const { position } = event;
    if (event.type === "lock.granted") for (const { fence, session, resource, mode } of event.locks) take(fence, { session, resource, mode }, position);
    else if (event.type === "lock.released") held.delete(event.fence);
    else if (event.type === "lock.upgraded") {
      held.delete(event.fence);
      take(event.newFence, { session: event.session, resource: event.resource, mode: "exclusive" }, position);
    }
  }
  return problems;
}

function heldTogetherByClients(observations: readonly Observation[]): string[] {
  const held = observations.filter((seen): seen is Held => seen.kind === "held").sort((a, b) => a.fromMs - b.fromMs);
  const problems: string[] = [];
  let open: Held[] = [];
  for (const next of held) {
    open = open.filter((before) => before.toMs > next.fromMs);
    for (const before of open) {
      if (before.agent !== next.agent && clash(before, next)) {
        problems.push(
          `${next.agent} took ${next.resource} (fence ${next.fence}) ${(before.toMs - next.fromMs).toFixed(1)} ms before ${before.agent} gave ${before.resource} (fence ${before.fence}) back`,
        );
      }
    }
    open.push(next);
  }
  return problems;
}
