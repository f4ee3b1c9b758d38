import { defaultSettings, type Lock, type LockMode, type ResolvedSettings, type Wait } from "../../model/index.ts";
import type { Ledger } from "./ledger.ts";
import { covers, isGlob, overlaps } from "./match.ts";

/** As much of a ledger as says who stands before whom. */
export type Standing = Pick<Ledger, "locks" | "waits" | "freezes" | "rules" | "settings">;

/** A resource as one session uses it or wants to. */
export interface Use {
  readonly resource: string;
  readonly mode: LockMode;
  readonly weight: number;
}

/** The settings of a resource, laid over each other rule by rule (LE-5). */
export function settingsOf(ledger: Standing, resource: string): ResolvedSettings {
  const known = ledger.settings.get(resource);
  if (known !== undefined) return known;
  const settings = { ...defaultSettings };
  for (const rule of ledger.rules.values()) {
    if (covers(rule.pattern, resource)) Object.assign(settings, defined(rule.settings));
  }
  // Units belong to one resource; a glob names many.
  if (isGlob(resource)) settings.capacity = 1;
  ledger.settings.set(resource, settings);
  return settings;
}

/** What a step of priority is worth for a request: the most that any of its resources says. */
export function agingStepMs(ledger: Standing, wants: readonly Use[]): number {
  return Math.max(...wants.map((want) => settingsOf(ledger, want.resource).agingStepMs));
}

function defined(settings: object): object {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

/** Do two uses of different sessions exclude each other, semaphores left aside? */
export function clash(a: Use, b: Use): boolean {
  return (a.mode === "exclusive" || b.mode === "exclusive") && overlaps(a.resource, b.resource);
}

/** A request in the queue, or one that would be. */
export interface Request {
  readonly session: string;
  readonly wants: readonly Use[];
  readonly place: Place;
}

/** Where a request stands: upgrades first, then rank, then who came first. */
export type Place = Pick<Wait, "rank" | "request" | "upgradeOf">;

export function isBefore(a: Place, b: Place): boolean {
  if ((a.upgradeOf === undefined) !== (b.upgradeOf === undefined)) return a.upgradeOf !== undefined;
  return a.rank !== b.rank ? a.rank < b.rank : a.request < b.request;
}

/** Everything that stands before a request, each as `kind name`, found by looking at everything there is; some more than once. */
export function* blockersOf(ledger: Standing, request: Request): Generator<string> {
  for (const want of request.wants) {
    // An upgrade is of a lock that keeps the level of its grant.
    const upgrade = request.place.upgradeOf !== undefined;
    const { level, capacity } = upgrade ? { level: "sequenced", capacity: 1 } : settingsOf(ledger, want.resource);
    if (level !== "sequenced") continue;
    if (!upgrade && capacity === 1 && holdsAlready(ledger, request.session, want)) continue;
    for (const lock of locksBefore(ledger, request.session, want, capacity))
      yield `${lock.coolingUntilMs === undefined ? "holder" : "lockDelay"} ${lock.fence}`;
    for (const freeze of ledger.freezes.values()) if (overlaps(freeze.resource, want.resource)) yield `frozen ${freeze.resource}`;
    if (isCovered(ledger, request.session, want)) continue;
    for (const wait of ledger.waits.near(want.resource)) if (isBefore(wait, request.place) && waitsFor(ledger, wait, want)) yield `queue ${wait.request}`;
  }
}

/** The waits before a request in the queue that want what it may not take from them. */
export function waitsBefore(ledger: Standing, request: Request): Wait[] {
  const queued = request.wants.filter((want) => mustQueue(ledger, request.session, want));
  return near(ledger, queued).filter((wait) => isBefore(wait, request.place) && queued.some((want) => waitsFor(ledger, wait, want)));
}

/** Each wait that may want something of these, once. */
export function near(ledger: Standing, wants: readonly Use[]): Wait[] {
  return [...new Set(wants.flatMap((want) => ledger.waits.near(want.resource)))];
}

/** Does the queue matter for this want? Not when it only tells, nor for what the session has already. */
function mustQueue(ledger: Standing, session: string, want: Use): boolean {
  const { level, capacity } = settingsOf(ledger, want.resource);
  return level === "sequenced" && !(capacity === 1 && holdsAlready(ledger, session, want)) && !isCovered(ledger, session, want);
}

/** Does a wait want something that excludes `want`? Units of one semaphore do too: who is first goes first. */
export function waitsFor(ledger: Standing, wait: Wait, want: Use): boolean {
  return wait.wants.some((other) => clash(other, want) && settingsOf(ledger, other.resource).level === "sequenced");
}

function locksBefore(ledger: Standing, session: string, want: Use, capacity: number): Lock[] {
  const found: Lock[] = [];
  const units: Lock[] = [];
  for (const lock of ledger.locks.near(want.resource)) {
    if (lock.level !== "sequenced") continue;
    if (capacity > 1 && lock.resource === want.resource) units.push(lock);
    else if (!isOwn(lock, session) && clash(lock, want)) found.push(lock);
  }
  const used = units.reduce((sum, lock) => sum + lock.weight, 0);
  return capacity > 1 && used + want.weight > capacity ? [...found, ...units] : found;
}

function isOwn(lock: Lock, session: string): boolean {
  return lock.session === session && lock.coolingUntilMs === undefined;
}

function suffices(lock: Lock, session: string, want: Use): boolean {
  return lock.level === "sequenced" && isOwn(lock, session) && (lock.mode === "exclusive" || want.mode === "shared");
}

function holdsAlready(ledger: Standing, session: string, want: Use): boolean {
  for (const lock of ledger.locks.of(session)) if (lock.resource === want.resource && suffices(lock, session, want)) return true;
  return false;
}

/** Does the session hold something above the want that includes it? */
function isCovered(ledger: Standing, session: string, want: Use): boolean {
  for (const lock of ledger.locks.of(session))
    if (lock.resource !== want.resource && suffices(lock, session, want) && covers(lock.resource, want.resource)) return true;
  return false;
}
