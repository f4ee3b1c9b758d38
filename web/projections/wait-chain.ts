import { blockersOfWait } from "../../shared/analysis/blockers.ts";
import { type Need, needOfDeclared, needsOf } from "../../shared/analysis/wait-for/needs.ts";
import type { DeadlockRecord, DeclaredWait, EdgeKind, Lock } from "../../shared/model/index.ts";
import { overlaps, type State } from "../../shared/state/index.ts";

const linksAtMost = 60;
const rootsAtMost = 12;
const blockersAtMost = 20;

/** One step down: this agent needs something of those. */
export interface ChainLink {
  readonly id: string;
  /** How far below the one that was asked about. */
  readonly depth: number;
  readonly session: string;
  readonly agent: string;
  readonly kind: EdgeKind;
  /** Of a declared wait, what it said. */
  readonly resource: string;
  readonly sinceMs: number;
  readonly request?: number;
  /** Whom it waits for. */
  readonly on: readonly string[];
  /** How many of them it takes, where that is not all; of a semaphore, units. */
  readonly count: number;
}

/** Where a chain ends, and so what would free everybody above. */
export type ChainRoot =
  | { readonly kind: "holder"; readonly agent: string; readonly session: string; readonly connected: boolean; readonly locks: readonly Lock[] }
  | { readonly kind: "busy"; readonly agent: string; readonly wait: ChainLink }
  | { readonly kind: "cooling"; readonly resource: string; readonly untilMs: number }
  | { readonly kind: "frozen"; readonly resource: string; readonly by: string; readonly reason: string }
  | { readonly kind: "outside"; readonly agent: string; readonly declared: DeclaredWait }
  | { readonly kind: "deadlock"; readonly found: DeadlockRecord };

export interface WaitChain {
  readonly links: readonly ChainLink[];
  readonly roots: readonly ChainRoot[];
  /** There is more than is told. */
  readonly cut: boolean;
}

/** Why a session waits, link by link down to the roots. Each session is told once, so a ring ends where it began. */
export function chainOf(state: State, session: string): WaitChain {
  const walk = new Walk(state);
  walk.from(session);
  return { links: walk.links, roots: walk.roots.slice(0, rootsAtMost), cut: walk.cut };
}

class Walk {
  readonly links: ChainLink[] = [];
  readonly roots: ChainRoot[] = [];
  cut = false;
  readonly #state: State;
  readonly #seen = new Set<string>();
  readonly #told = new Set<string>();

  constructor(state: State) {
    this.#state = state;
  }

  from(start: string): void {
    let level = [start];
    this.#seen.add(start);
    for (let depth = 0; level.length > 0; depth++) {
      const next: string[] = [];
      for (const session of level) next.push(...this.#step(session, depth));
      level = next;
    }
  }

  /** Tells what one session waits for; returns those that are to be told next. */
  #step(session: string, depth: number): string[] {
    const next: string[] = [];
    const has = this.#state.bySession.get(session);
    for (const request of has?.waits ?? []) {
      const wait = this.#state.waits.get(request);
      if (wait === undefined) continue;
      for (const need of needsOf(this.#state, wait)) next.push(...this.#link(session, need, depth));
      for (const blocker of blockersOfWait(this.#state, wait, blockersAtMost)) {
        if (blocker.kind === "lockDelay") this.#root(`cooling ${blocker.fence}`, { kind: "cooling", resource: blocker.resource, untilMs: blocker.untilMs });
        if (blocker.kind === "frozen") {
          const { resource, by, reason } = blocker;
          this.#root(`frozen ${resource}`, { kind: "frozen", resource, by, reason });
        }
      }
    }
    for (const id of has?.declared ?? []) {
      const declared = this.#state.declared.get(id);
      if (declared === undefined) continue;
      const need = needOfDeclared(this.#state, declared);
      if (need === undefined) this.#root(`outside ${id}`, { kind: "outside", agent: this.#agent(session), declared });
      else next.push(...this.#link(session, need, depth));
    }
    return next;
  }

  #link(session: string, need: Need, depth: number): string[] {
    if (this.links.length >= linksAtMost) {
      this.cut = true;
      return [];
    }
    const sessions = [...new Set(need.from.map(({ on }) => on.session))];
    const link: ChainLink = {
      id: `${session} ${need.kind} ${need.request ?? need.declared ?? ""} ${need.resource} ${sessions.join(" ")}`,
      depth,
      session,
      agent: this.#agent(session),
      kind: need.kind,
      resource: need.resource,
      sinceMs: need.sinceMs,
      ...(need.request === undefined ? {} : { request: need.request }),
      on: sessions.map((one) => this.#agent(one)),
      count: need.count,
    };
    this.links.push(link);
    return sessions.filter((one) => this.#isNew(one, link));
  }

  /** Remembers it; one that waits for nothing is a root. */
  #isNew(session: string, link: ChainLink): boolean {
    const has = this.#state.bySession.get(session);
    const waits = (has?.waits.size ?? 0) + (has?.declared.size ?? 0) > 0;
    if (!waits) {
      const locks = [...(has?.locks ?? [])].flatMap((fence) => this.#state.locks.get(fence) ?? []).filter((lock) => overlaps(lock.resource, link.resource));
      const connected = this.#state.sessions.get(session)?.connected ?? false;
      const agent = this.#agent(session);
      if (locks.length > 0) this.#root(`holder ${session} ${locks[0]?.fence}`, { kind: "holder", agent, session, connected, locks });
      else this.#root(`busy ${session}`, { kind: "busy", agent, wait: link });
    } else if (this.#seen.has(session)) {
      for (const found of this.#state.deadlocks.values())
        if (found.cycle.some((step) => step.session === session)) this.#root(`deadlock ${found.deadlock}`, { kind: "deadlock", found });
    }
    if (this.#seen.has(session)) return false;
    this.#seen.add(session);
    return waits;
  }

  #root(id: string, root: ChainRoot): void {
    if (this.#told.has(id)) return;
    this.#told.add(id);
    this.roots.push(root);
  }

  #agent(session: string): string {
    return this.#state.sessions.get(session)?.agent ?? session;
  }
}
