import type { Event, EventOf, Finding } from "../../model/index.ts";
import { compareFences, plants, type State } from "../../state/index.ts";
import { formatDuration } from "../words.ts";
import { type Detector, keepWithin } from "./detector.ts";
import { RivalNodes, type Signs } from "./rival-nodes.ts";
import { findingOf, type Rivalry, rivalryKey } from "./rivalry.ts";

/** What was under way when a term ended, or when its leader came back to hear of it, may still arrive for so long. */
const graceMs = 1_000;
/** Whoever showed nothing of the kind for so long is taken to know better by now. */
const quietMs = 10_000;
const termsKept = 5_000;
const connectionsKept = 5_000;
const groupsAtMost = 20_000;
const claimsAtMost = 500;
const resourcesAtMost = 8;
const findingsAtMost = 100;

interface Ended {
  readonly group: string;
  readonly agent: string;
  readonly endedMs: number;
}

/** An agent that acts as the leader of a group though its term is over, or was never its own. */
interface Claim {
  readonly group: string;
  readonly agent: string;
  /** The one that it claimed last. */
  term: string;
  /** By which it showed that last, where it was its own. */
  session: string | undefined;
  readonly resources: Set<string>;
  /** By kind: how it showed, in words, and how often. */
  readonly signals: Map<string, { readonly words: string; readonly times: number }>;
  readonly sinceMs: number;
  lastMs: number;
}

interface Signal {
  readonly kind: string;
  readonly term: string;
  readonly words: string;
  readonly session: string | undefined;
  readonly atMs: number;
  readonly resource?: string;
}

/** Two were elected at once: nothing but a new term keeps both out. */
const elected = "elected";

/**
 * Two agents that believe they lead the same group (EL-17), from the journal alone. The engine lets only one lead, so the
 * other shows by what it does: under a term that ended more than a second ago, or that it never had, a guard refuses its
 * write or the engine its word; or its node of a protocol tells so (`RivalNodes`). Somebody asleep or cut off shows nothing
 * and is not reported; what it does once awake is. It is over when the older one steps down, is gone, leads itself, or shows
 * nothing more for 10 seconds. Memory: the last 5,000 terms that ended, each group's leader, at most 500 claims.
 */
export class SplitBrainDetector implements Detector {
  /** By term. */
  readonly #ended = new Map<string, Ended>();
  /** By group. */
  readonly #leaders = new Map<string, { readonly agent: string; readonly term: string }>();
  /** When a session came back: what it had ready to send by then it may have meant before. */
  readonly #connectedMs = new Map<string, number>();
  readonly #claims = new Map<string, Claim>();
  readonly #nodes = new RivalNodes();
  readonly #signs: Signs;
  /** A term that is not remembered ended before this, as far as one can tell. */
  #fromMs: number | undefined;

  constructor({ renewedMs = () => undefined }: { readonly renewedMs?: Signs["renewedMs"] } = {}) {
    this.#signs = { renewedMs, connectedMs: (session) => this.#connectedMs.get(session) };
  }

  get size(): number {
    return this.#ended.size + this.#leaders.size + this.#connectedMs.size + this.#claims.size + this.#nodes.size;
  }

  /** Is there anything that becomes a finding, or ceases to be one, by the passing of time alone? */
  get isWary(): boolean {
    return this.#claims.size > 0 || this.#nodes.isWary;
  }

  feed(event: Event, state: State): void {
    this.#fromMs ??= event.atMs;
    switch (event.type) {
      case "leader.elected":
        return this.#elected(event);
      case "leader.ended":
        if (this.#leaders.get(event.group)?.term === event.term) this.#leaders.delete(event.group);
        return this.#end(event.group, event, event.atMs);
      case "leader.refused":
        return this.#said(event);
      case "guard.refused":
        return this.#wrote(event);
      case "candidate.left":
        this.#claims.delete(claimKey(event.group, event.agent));
        return;
      case "node.told":
        return this.#nodes.told(event, state);
      case "message.sent":
        return this.#nodes.sent(event);
      case "session.connected":
        this.#connectedMs.delete(event.session);
        this.#connectedMs.set(event.session, event.atMs);
        return keepWithin(this.#connectedMs, connectionsKept);
      case "session.ended":
        this.#connectedMs.delete(event.session);
        for (const [key, { session }] of this.#claims) if (session === event.session) this.#claims.delete(key);
    }
  }

  findings(state: State, nowMs: number): Finding[] {
    return this.rivalries(state, nowMs).map(findingOf);
  }

  /** What the findings are of. */
  rivalries(state: State, nowMs: number): Rivalry[] {
    const rivalries = new Map<string, Rivalry>();
    for (const [key, claim] of this.#claims) {
      if (nowMs - claim.lastMs >= quietMs && !plants.suspicionEndless) this.#claims.delete(key);
      else add(rivalries, rivalryOf(state, claim, nowMs));
    }
    for (const found of this.#nodes.rivalries(state, nowMs, this.#signs)) add(rivalries, found);
    return [...rivalries.values()];
  }

  #elected({ group, leader, after, atMs }: EventOf<"leader.elected">): void {
    const before = this.#leaders.get(group);
    this.#leaders.set(group, { agent: leader.agent, term: leader.term });
    keepWithin(this.#leaders, groupsAtMost);
    this.#claims.delete(claimKey(group, leader.agent));
    if (after !== undefined) this.#end(group, after, atMs);
    if (before === undefined || before.term === after?.term || before.agent === leader.agent) return;
    const words = `${leader.agent} was elected in term ${leader.term} while it led in term ${before.term}, which had not ended`;
    this.#claim(group, before.agent, { kind: elected, term: before.term, words, session: undefined, atMs });
  }

  #end(group: string, { term, agent }: { readonly term: string; readonly agent: string }, endedMs: number): void {
    this.#ended.set(term, { group, agent, endedMs });
    this.#claims.delete(claimKey(group, agent));
    keepWithin(this.#ended, termsKept);
  }

  /** The engine refused somebody's word as a leader. */
  #said({ group, session, agent, command, term, leader, current, atMs }: EventOf<"leader.refused">): void {
    const did = command === "election.proclaim" ? "it proclaimed something" : command === "election.handOver" ? "it would hand over" : "it said that it leads";
    const ended = this.#ended.get(term);
    const others = ended === undefined ? term === current && leader !== null && leader !== agent : ended.group !== group || ended.agent !== agent;
    if (others || compareFences(term, current) > 0)
      return this.#claim(group, agent, { kind: "never", term, words: `${did} in term ${term}, which it never had`, session, atMs });
    if (!this.#isLate(session, ended?.endedMs, atMs) || plants.rivalUnheard) return;
    const since = ended === undefined ? "a term long over" : `which had ended ${formatDuration(atMs - ended.endedMs)} before`;
    this.#claim(group, agent, { kind: command, term, words: `${did} in term ${term}, ${since}`, session, atMs });
  }

  /** A guard refused a write: by its fence one tells whose term it was, whoever reports it. */
  #wrote({ session, agent, resource, fence, highest, atMs }: EventOf<"guard.refused">): void {
    const ended = this.#ended.get(fence);
    if (ended === undefined || !this.#isLate(session, ended.endedMs, atMs)) return;
    const words = `it wrote to ${resource} under term ${fence}, which had ended ${formatDuration(atMs - ended.endedMs)} before; the guard had seen ${highest} and refused it`;
    this.#claim(ended.group, ended.agent, { kind: "guard", term: fence, words, session: agent === ended.agent ? session : undefined, atMs, resource });
  }

  #isLate(session: string, endedMs = this.#fromMs ?? 0, atMs: number): boolean {
    return atMs - Math.max(endedMs, this.#connectedMs.get(session) ?? 0) > (plants.changeBlamed ? 0 : graceMs);
  }

  #claim(group: string, agent: string, { kind, term, words, session, atMs, resource }: Signal): void {
    const key = claimKey(group, agent);
    const claim: Claim = this.#claims.get(key) ?? { group, agent, term, session, resources: new Set(), signals: new Map(), sinceMs: atMs, lastMs: atMs };
    claim.lastMs = atMs;
    claim.term = term;
    claim.session = session ?? claim.session;
    if (resource !== undefined && claim.resources.size < resourcesAtMost) claim.resources.add(resource);
    claim.signals.set(kind, { words, times: (claim.signals.get(kind)?.times ?? 0) + 1 });
    this.#claims.delete(key);
    this.#claims.set(key, claim);
    keepWithin(this.#claims, claimsAtMost);
  }
}

/** Who claims to lead beside somebody else who does; undefined when nobody else did at the time. */
function rivalryOf(state: State, { group, agent, term, resources, signals, sinceMs, lastMs }: Claim, nowMs: number): Rivalry | undefined {
  const leader = state.elections.get(group)?.leader;
  if (leader === undefined || leader.agent === agent || leader.sinceMs > lastMs) return undefined;
  const shown = [...signals.values()].map(({ words, times }) => (times === 1 ? words : `${words} (${times} times)`));
  const plan: Rivalry["plan"] = signals.has(elected)
    ? { act: "depose", agent: leader.agent, resource: group, why: "Both were elected: whoever is elected next has a term that keeps both out." }
    : {
        act: "look",
        agent,
        resource: group,
        why: `A guard keeps out what it writes, where there is one. Look why ${agent} did not notice that its term ended, and expel it if it goes on.`,
      };
  return {
    group,
    believers: [
      { agent, term, sinceMs },
      { agent: leader.agent, term: leader.term, sinceMs: leader.sinceMs },
    ],
    resources: [...resources],
    signals: [...shown, `${leader.agent} leads in term ${leader.term}, for ${formatDuration(nowMs - leader.sinceMs)} when this was found`],
    sinceMs,
    plan,
  };
}

function add(rivalries: Map<string, Rivalry>, found: Rivalry | undefined): void {
  if (found === undefined || rivalries.size >= findingsAtMost) return;
  const key = rivalryKey(found.group, found.believers[0].agent);
  const known = rivalries.get(key);
  rivalries.set(key, known === undefined ? found : { ...known, signals: [...known.signals, ...found.signals] });
}

/** Agents have no blanks in their names, groups may. */
function claimKey(group: string, agent: string): string {
  return `${agent} ${group}`;
}
