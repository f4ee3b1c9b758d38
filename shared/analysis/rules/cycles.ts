import type { CycleStep, DeadlockRecord, Wait } from "../../model/index.ts";
import type { CheckerFactory } from "./checker.ts";
import type { Ledger } from "./ledger.ts";
import { covers } from "./match.ts";
import { blockersOf, clash, isBefore, near, settingsOf, type Use } from "./uses.ts";
import { reachable } from "./wait-for.ts";

/** WG-1: each step of a cycle that is written down is a wait that is there, for the very thing by which the next one waits. */
export const cycles: CheckerFactory = (fail) => ({
  event(event, before) {
    if (event.type !== "deadlock.detected") return;
    for (const problem of problemsOf(before, event.found)) fail("WG-1", `${event.found.deadlock} ${problem}`);
  },
});

/**
 * What a step waits for: that the next one lets go of all it has, or that one of these requests of it is granted. Who waits
 * for one request of a session is not kept waiting by what stands before its others, nor by what it declared.
 */
type Awaited = "all" | readonly Wait[];

function* problemsOf(ledger: Ledger, { cycle }: DeadlockRecord): Generator<string> {
  for (const [index, step] of cycle.entries()) {
    const next = cycle[(index + 1) % cycle.length] ?? step;
    const awaited = awaitedBy(ledger, step);
    if (step.on !== next.session) yield `is no ring: ${step.agent} waits for ${step.onAgent}`;
    else if (awaited === undefined) yield `says that ${step.agent}, by ${wayOf(step)}, waits for ${step.onAgent} (${step.kind} ${step.resource})`;
    else if (awaited !== "all" && !leadTo(ledger, awaited, next.request))
      yield `is no ring: ${step.agent} waits for ${awaited.map((wait) => `request ${wait.request}`).join(", ")} of ${step.onAgent} and not for ${wayOf(next)}`;
  }
}

function wayOf({ request, declared }: CycleStep): string {
  return request === undefined ? `declared wait ${declared ?? ""}` : `request ${request}`;
}

/** What a step really waits for of the session that it names; undefined when for nothing. */
function awaitedBy(ledger: Ledger, step: CycleStep): Awaited | undefined {
  if (step.declared !== undefined) {
    const declared = ledger.declared.get(step.declared);
    const waits = declared?.session === step.session && declared.kind === step.kind && declared.kind !== "session";
    return waits && declared.on.includes(step.onAgent) && ledger.sessions.get(step.on)?.agent === step.onAgent ? "all" : undefined;
  }
  const wait = ledger.waits.get(step.request ?? 0);
  const want = wait?.wants.find(({ resource }) => resource === step.resource);
  if (wait === undefined || want === undefined || wait.session !== step.session) return undefined;
  if (step.kind === "semaphore") return needsUnitsOf(ledger, wait, want, step.on) ? "all" : undefined;
  const blockers = [...blockersOf(ledger, { session: wait.session, wants: [want], place: wait })].map((blocker) => blocker.split(" "));
  if (step.kind === "lock")
    return blockers.some(([kind, fence]) => kind === "holder" && ledger.locks.get(fence ?? "")?.session === step.on) ? "all" : undefined;
  const ahead = blockers.flatMap(([kind, request]) => (kind === "queue" ? (ledger.waits.get(Number(request)) ?? []) : [])).filter(isOf(step.on));
  if (step.kind !== "queue" || ahead.length === 0) return undefined;
  return ahead.every((other) => goesBeside(ledger, other, want)) ? ahead : "all";
}

const isOf = (session: string) => (one: { readonly session: string }) => one.session === session;

/** Once this earlier request is granted, can the want be granted beside it? Only where both want units of one semaphore and nothing else stands between. */
function goesBeside(ledger: Ledger, other: Wait, want: Use): boolean {
  return settingsOf(ledger, want.resource).capacity > 1 && other.wants.every((one) => one.resource === want.resource || !clash(one, want));
}

/** Are there too few units beside what others have and what those before it want, and does this session have or want some of these? */
function needsUnitsOf(ledger: Ledger, wait: Wait, want: Use, on: string): boolean {
  const held = ledger.locks.near(want.resource).filter((lock) => lock.level === "sequenced" && lock.coolingUntilMs === undefined);
  const before = near(ledger, [want]).filter((other) => isBefore(other, wait));
  const wanted = before.flatMap(({ session, wants }) => wants.map(({ resource, weight }) => ({ session, resource, weight })));
  const units = [...held, ...wanted].filter(({ session, resource }) => session !== wait.session && resource === want.resource);
  const { capacity } = settingsOf(ledger, want.resource);
  return capacity > 1 && units.some(isOf(on)) && units.reduce((sum, { weight }) => sum + weight, want.weight) > capacity;
}

/** Is one of these requests the named one, or does it wait for it by requests of its own session that come before it? */
function leadTo(ledger: Ledger, requests: readonly Wait[], named: number | undefined): boolean {
  const found = reachable(requests, (wait) => [...ledger.waits.of(wait.session)].filter((other) => isBefore(other, wait) && comesFirst(other, wait)));
  return [...found].some(({ request }) => request === named);
}

/** Does a request wait for an earlier one of its own session: as for anybody's, or because it needs no place in the queue once it has that? */
function comesFirst(earlier: Wait, wait: Wait): boolean {
  return earlier.wants.some((one) =>
    wait.wants.some((want) => clash(one, want) || ((one.mode === "exclusive" || want.mode === "shared") && covers(one.resource, want.resource))),
  );
}
