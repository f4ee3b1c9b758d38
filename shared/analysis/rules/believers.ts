import type { Event, EventOf, Snapshot } from "../../model/index.ts";
import type { Ledger } from "./ledger.ts";

/** What was under way when a term ended, or when its leader came back, may arrive for so long. */
const graceMs = 1_000;
/** Whoever showed nothing of the kind for so long knows better by now. */
const quietMs = 10_000;
/** An older node of a protocol hears of a newer one within this time. */
const staleMs = 5_000;
const termsAtMost = 20_000;
const signsAtMost = 1_000;

/** That somebody acted as the leader that it is not. `sureMs`: beyond doubt for a detector that knows nothing from before its start. */
interface Sign {
  readonly session: string | undefined;
  readonly atMs: number;
  readonly sureMs: number | undefined;
}

interface Term {
  readonly group: string;
  readonly agent: string;
  readonly endedMs: number | undefined;
}

/** A node of a protocol that told that it leads. */
interface LeadingNode {
  readonly group: string;
  readonly session: string;
  readonly agent: string;
  readonly protocol: string;
  readonly term: number;
  readonly sinceMs: number;
  /** When it told or sent something last. */
  readonly actedMs: number;
}

/** Who believes to lead which group, by what it did (EL-17): the checkers' own reading, apart from the detector's. */
export class Believers {
  readonly #terms = new Map<string, Term>();
  readonly #signs = new Map<string, Sign & { readonly group: string; readonly agent: string }>();
  /** By group, then by session: most groups have one, and none beside it to look at. */
  readonly #nodes = new Map<string, Map<string, LeadingNode>>();
  readonly #connectedMs = new Map<string, number>();
  /** The first event: of what is before it nothing is known. */
  #fromMs: number | undefined;
  /** The same for detectors, which begin anew with their host. */
  #detectorsFromMs: number | undefined;
  /** Where a stretch of a journal begins, what was shown before it may still be reported for so long. */
  #blindUntilMs = 0;

  /** Nobody believes anything. */
  get isQuiet(): boolean {
    return this.#signs.size + this.#nodes.size === 0;
  }

  begin({ atMs, elections, nodes }: Snapshot): void {
    this.#fromMs = atMs;
    this.#blindUntilMs = atMs + quietMs;
    for (const { group, leader } of elections) if (leader !== undefined) this.#terms.set(leader.term, { group, agent: leader.agent, endedMs: undefined });
    for (const { group, session, agent, view, sinceMs, toldMs } of nodes) {
      const { protocol, role, term } = view;
      if (role === "leader") this.#leads({ group, session, agent, protocol, term, sinceMs, actedMs: toldMs });
    }
  }

  /** The detectors begin anew, and know nothing of before. */
  restarted(): void {
    this.#detectorsFromMs = undefined;
    for (const [key, sign] of this.#signs) this.#signs.set(key, { ...sign, sureMs: undefined });
  }

  fold(event: Event, before: Ledger): void {
    this.#fromMs ??= event.atMs;
    this.#detectorsFromMs ??= event.atMs;
    switch (event.type) {
      case "leader.elected":
        return this.#elected(event, before);
      case "leader.ended":
        return this.#term(event.term, { group: event.group, agent: event.agent, endedMs: event.atMs });
      case "candidate.left":
        this.#signs.delete(keyOf(event.agent, event.group));
        return;
      case "leader.refused":
        return this.#said(event);
      case "guard.refused":
        return this.#wrote(event);
      case "session.connected":
        this.#connectedMs.set(event.session, event.atMs);
        return;
      case "session.ended":
        return this.#gone(event.session);
      case "node.told":
        return this.#told(event);
      case "node.gone":
        return this.#leadsNoMore(event.group, event.session);
      case "message.sent": {
        const node = this.#nodes.get(event.group)?.get(event.session);
        if (node !== undefined) this.#leads({ ...node, actedMs: event.atMs });
      }
    }
  }

  /** Who has to be reported at that time: it acted while another leads, or its node did beside the newest of its protocol. */
  *surely(now: Ledger, atMs: number): Generator<{ readonly group: string; readonly agent: string }> {
    for (const { group, agent, sureMs } of this.#signs.values()) if (sureMs !== undefined && isBeside(now, group, agent, sureMs, atMs)) yield { group, agent };
    for (const nodes of this.#nodes.values()) {
      if (nodes.size < 2) continue;
      for (const node of nodes.values()) {
        const newest = this.#beside(node).reduce((one, other) => (isNewer(other, one) ? other : one), node);
        if (isNewer(newest, node) && this.#isAlive(node, newest, now)) yield node;
      }
    }
  }

  /** May an agent be reported for one that believes to lead, beside this other where one is named? Heartbeats, by which nodes are seen to be alive, are no events. */
  maybe({ group, agent, other }: { group: string; agent: string; other?: string }, now: Ledger, atMs: number): boolean {
    if (atMs < this.#blindUntilMs) return true;
    const leader = now.groups.elections.get(group)?.leader?.agent;
    const sign = this.#signs.get(keyOf(agent, group));
    if (sign !== undefined && (other ?? leader) === leader && isBeside(now, group, agent, sign.atMs, atMs)) return true;
    const own = this.#in(group).filter((node) => node.agent === agent && now.sessions.get(node.session)?.connected === true);
    return own.some((node) =>
      this.#beside(node).some(
        (one) => one.agent === (other ?? one.agent) && (one.term === node.term || (one.term > node.term && atMs - one.sinceMs >= staleMs)),
      ),
    );
  }

  #elected({ group, leader, after, atMs }: EventOf<"leader.elected">, before: Ledger): void {
    const former = before.groups.elections.get(group)?.leader;
    if (after !== undefined) this.#term(after.term, { group, agent: after.agent, endedMs: atMs });
    if (former !== undefined && former.term !== after?.term && former.agent !== leader.agent) this.#sign(group, former.agent, undefined, atMs, true);
    this.#term(leader.term, { group, agent: leader.agent, endedMs: undefined });
  }

  #said({ group, session, agent, term, leader, current, atMs }: EventOf<"leader.refused">): void {
    const known = this.#terms.get(term);
    const isOthers = (known !== undefined && (known.group !== group || known.agent !== agent)) || (term === current && leader !== null && leader !== agent);
    const never = isOthers || BigInt(term) > BigInt(current);
    if (!never && !this.#isLate(session, known?.endedMs ?? this.#fromMs ?? 0, atMs)) return;
    this.#sign(group, agent, session, atMs, this.#isLate(session, Math.max(known?.endedMs ?? 0, this.#detectorsFromMs ?? 0), atMs));
  }

  #wrote({ session, agent, fence, atMs }: EventOf<"guard.refused">): void {
    const known = this.#terms.get(fence);
    if (known?.endedMs === undefined || !this.#isLate(session, known.endedMs, atMs)) return;
    this.#sign(known.group, known.agent, agent === known.agent ? session : undefined, atMs, known.endedMs >= (this.#detectorsFromMs ?? 0));
  }

  #isLate(session: string, sinceMs: number, atMs: number): boolean {
    return atMs - Math.max(sinceMs, this.#connectedMs.get(session) ?? 0) > graceMs;
  }

  #sign(group: string, agent: string, session: string | undefined, atMs: number, sure: boolean): void {
    const key = keyOf(agent, group);
    const before = this.#signs.get(key);
    const sureMs = sure ? atMs : before?.sureMs;
    this.#signs.delete(key);
    this.#signs.set(key, { group, agent, session: session ?? before?.session, atMs, sureMs });
    for (const oldest of this.#signs.keys()) if (this.#signs.size > signsAtMost) this.#signs.delete(oldest);
  }

  #term(term: string, what: Term): void {
    this.#terms.delete(term);
    this.#terms.set(term, what);
    // Whoever begins to lead claims nothing, and whoever steps down has claimed what was its own.
    this.#signs.delete(keyOf(what.agent, what.group));
    for (const oldest of this.#terms.keys()) if (this.#terms.size > termsAtMost) this.#terms.delete(oldest);
  }

  #told({ group, session, agent, view, atMs }: EventOf<"node.told">): void {
    const before = this.#nodes.get(group)?.get(session);
    this.#leadsNoMore(group, session);
    if (view.role !== "leader") return;
    const sinceMs = before?.term === view.term ? before.sinceMs : atMs;
    this.#leads({ group, session, agent, protocol: view.protocol, term: view.term, sinceMs, actedMs: atMs });
  }

  #leads(node: LeadingNode): void {
    const nodes = this.#nodes.get(node.group) ?? new Map<string, LeadingNode>();
    this.#nodes.set(node.group, nodes.set(node.session, node));
  }

  #leadsNoMore(group: string, session: string): void {
    const nodes = this.#nodes.get(group);
    if (nodes?.delete(session) && nodes.size === 0) this.#nodes.delete(group);
  }

  #gone(session: string): void {
    this.#connectedMs.delete(session);
    for (const [key, sign] of this.#signs) if (sign.session === session) this.#signs.delete(key);
    for (const group of [...this.#nodes.keys()]) this.#leadsNoMore(group, session);
  }

  #in(group: string): LeadingNode[] {
    return [...(this.#nodes.get(group)?.values() ?? [])];
  }

  /** The other nodes of its protocol that lead in its group. */
  #beside(node: LeadingNode): LeadingNode[] {
    return this.#in(node.group).filter((other) => other !== node && other.protocol === node.protocol);
  }

  /** Did it act when it could have heard of the newer one, all of it since the detectors began? */
  #isAlive(node: LeadingNode, newest: LeadingNode, now: Ledger): boolean {
    const fromMs = Math.max(newest.sinceMs, this.#connectedMs.get(node.session) ?? 0);
    const isKnown =
      Math.min(node.sinceMs, newest.sinceMs) >= (this.#detectorsFromMs ?? Number.POSITIVE_INFINITY) && now.sessions.get(node.session)?.connected === true;
    return isKnown && node.actedMs - fromMs >= (newest.term === node.term ? 0 : staleMs);
  }
}

function isNewer(a: LeadingNode, b: LeadingNode): boolean {
  return a.term === b.term ? a.sinceMs > b.sinceMs : a.term > b.term;
}

/** Does somebody else lead, and did already when it showed this, not too long ago? */
function isBeside(now: Ledger, group: string, agent: string, shownMs: number, atMs: number): boolean {
  const leader = now.groups.elections.get(group)?.leader;
  return leader !== undefined && leader.agent !== agent && leader.sinceMs <= shownMs && atMs - shownMs < quietMs;
}

/** Neither agents nor sessions have blanks in their names, groups may. */
function keyOf(who: string, group: string): string {
  return `${who} ${group}`;
}
