import type { Lock, Wait } from "../../model/index.ts";
import { type Ledger, newLockShelf, newWaitShelf } from "./ledger.ts";
import type { Shelf } from "./shelf.ts";
import { blockersOf, isBefore, type Standing, settingsOf } from "./uses.ts";
import { Witnesses } from "./witnesses.ts";

/**
 * Who can never go on, by the definition: whoever waits for nothing goes and gives back what it has, whatever that makes
 * grantable is granted, and so on; who is left is stuck. Time and operators help nobody here: lock-delays and freezes are
 * taken as over. Apart from the engine's own reduction.
 *
 * @param among only these stay; everybody else goes at once, as if they had given way.
 */
export function stuckSessions(ledger: Ledger, among: ReadonlySet<string>): Set<string> {
  const trial = new Trial(ledger, among);
  if (trial.here.size < 2) return new Set();
  while (trial.goOn() || trial.grantFirst()) {}
  return trial.here;
}

/** Who waits for a lock or has declared to wait. */
export function waitingSessions(ledger: Ledger): Set<string> {
  const waiting = new Set<string>();
  for (const wait of ledger.waits.values()) waiting.add(wait.session);
  for (const wait of ledger.declared.values()) waiting.add(wait.session);
  return waiting;
}

/** What is tried out, on a copy that nobody else sees: only those who wait, with what they hold. */
class Trial implements Standing {
  readonly here: Set<string>;
  readonly locks: Shelf<string, Lock>;
  readonly waits: Shelf<number, Wait>;
  readonly freezes: Standing["freezes"] = new Map();
  readonly rules: Standing["rules"];
  readonly settings: Standing["settings"];
  readonly #ledger: Ledger;
  readonly #witnesses = new Witnesses();
  /** Who may be able to go on; nobody else can, as nothing changed for them. */
  readonly #open: Set<string>;

  constructor(ledger: Ledger, among: Iterable<string>, locks = newLockShelf(), waits = newWaitShelf()) {
    this.#ledger = ledger;
    this.locks = locks;
    this.waits = waits;
    this.rules = ledger.rules;
    this.settings = ledger.settings;
    this.here = new Set(among);
    this.#open = new Set(this.here);
    if (locks.size + waits.size > 0) return;
    for (const session of this.here) {
      for (const lock of ledger.locks.of(session)) if (lock.coolingUntilMs === undefined) locks.set(lock.fence, lock);
      for (const wait of ledger.waits.of(session)) waits.set(wait.request, wait);
    }
  }

  /** Lets somebody go who waits for nothing any more, or would not once its own requests are granted as things stand. */
  goOn(): boolean {
    const declared = this.#declaredStill();
    for (const session of this.#open) {
      if (declared.has(session)) continue;
      this.#open.delete(session);
      if (!this.#canFinish(session)) continue;
      this.here.delete(session);
      for (const wait of [...this.waits.of(session)]) this.#dequeue(wait);
      for (const lock of [...this.locks.of(session)]) {
        this.locks.delete(lock.fence);
        this.#freed(this.#witnesses.gone(`holder ${lock.fence}`));
        if (settingsOf(this, lock.resource).capacity > 1) for (const wait of this.waits.near(lock.resource)) this.#lookAgain(wait);
      }
      return true;
    }
    return false;
  }

  /** Grants the first request, of all or of one session, that can be granted. */
  grantFirst(session?: string): boolean {
    const waits = session === undefined ? this.waits.values() : this.waits.of(session);
    for (const wait of [...waits].sort((a, b) => (isBefore(a, b) ? -1 : 1))) {
      if (this.#isBlocked(wait)) continue;
      this.#dequeue(wait);
      for (const [index, want] of wait.wants.entries()) {
        const fence = wait.upgradeOf ?? `trial ${wait.request} ${index}`;
        const lock = this.locks.get(fence);
        const fresh = { fence, resource: want.resource, weight: want.weight, level: settingsOf(this, want.resource).level, session: wait.session };
        this.locks.set(fence, (lock === undefined ? { ...fresh, mode: want.mode } : { ...lock, mode: "exclusive" }) as Lock);
      }
      // It may cover what its session still waits for.
      for (const other of this.waits.of(wait.session)) this.#lookAgain(other);
      this.#open.add(wait.session);
      return true;
    }
    return false;
  }

  #canFinish(session: string): boolean {
    const own = this.waits.of(session);
    if (own.size === 0) return true;
    if ([...own].every((wait) => this.#isBlocked(wait))) return false;
    if (own.size === 1) return true;
    const alone = new Trial(this.#ledger, this.here, copyOf(this.locks, newLockShelf()), copyOf(this.waits, newWaitShelf()));
    for (let left = own.size; left > 0; left--) if (!alone.grantFirst(session)) return false;
    return true;
  }

  #isBlocked(wait: Wait): boolean {
    if (this.#witnesses.has(wait.request)) return true;
    const blocker = blockersOf(withoutOwnUnits(this, wait), { session: wait.session, wants: wait.wants, place: wait }).next();
    if (blocker.done !== true) this.#witnesses.note(wait.request, blocker.value);
    return blocker.done !== true;
  }

  #dequeue(wait: Wait): void {
    this.waits.delete(wait.request);
    this.#witnesses.forget(wait.request);
    this.#freed(this.#witnesses.gone(`queue ${wait.request}`));
  }

  #freed(requests: readonly number[]): void {
    for (const request of requests) {
      const wait = this.waits.get(request);
      if (wait !== undefined) this.#lookAgain(wait);
    }
  }

  #lookAgain(wait: Wait): void {
    this.#witnesses.forget(wait.request);
    this.#open.add(wait.session);
  }

  /** Who waits for others to do something, by its own word. Who is not here may come back: that is nobody's deadlock. */
  #declaredStill(): ReadonlySet<string> {
    const still = new Set<string>();
    if (this.#ledger.declared.size === 0) return still;
    const agents = new Set([...this.here].map((session) => this.#ledger.sessions.get(session)?.agent ?? ""));
    for (const wait of this.#ledger.declared.values()) {
      const missing = wait.need - wait.on.filter((agent) => !agents.has(agent)).length;
      if (wait.kind !== "session" && missing > 0) still.add(wait.session);
    }
    return still;
  }
}

function copyOf<Key, Item extends { readonly session: string }>(from: Shelf<Key, Item>, to: Shelf<Key, Item>): Shelf<Key, Item> {
  for (const [key, item] of from) to.set(key, item);
  return to;
}

/** Units that a session holds itself are in its own hand: it waits for nobody by them. */
function withoutOwnUnits(trial: Standing, wait: Wait): Standing {
  const own = [...trial.locks.of(wait.session)].filter((lock) =>
    wait.wants.some((want) => want.resource === lock.resource && settingsOf(trial, want.resource).capacity > 1),
  );
  if (own.length === 0) return trial;
  const locks = copyOf(trial.locks, newLockShelf());
  for (const lock of own) locks.delete(lock.fence);
  return { locks, waits: trial.waits, freezes: trial.freezes, rules: trial.rules, settings: trial.settings };
}
