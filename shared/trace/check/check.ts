import { checkers, Monitor } from "../../analysis/rules/index.ts";
import type { Event } from "../../model/index.ts";
import { emptyState, evolve, fromSnapshot, toSnapshot } from "../../state/index.ts";
import { type Digest, digest, genesis, link } from "../format/chain.ts";
import type { Trace } from "../format/trace.ts";
import { patternsLostRule } from "../redact/redact.ts";
import { decisionsOf, type RecordedDecision } from "./decisions.ts";
import type { Watched } from "./rerun.ts";
import { rules, unseen } from "./rules.ts";
import { type SplitBrain, SplitBrainReader } from "./split-brains.ts";

/** A promise that was not kept, and the position at which it showed. */
export interface Break {
  readonly rule: string;
  readonly position: number;
  readonly message: string;
}

/** What became of one rule: `unchecked` says why. */
export interface Verdict {
  readonly rule: string;
  readonly title: string;
  readonly verdict: "held" | "broken" | "unchecked";
  readonly why?: string;
}

export interface TraceCheck {
  /** No rule is broken as far as a trace can show it. */
  readonly ok: boolean;
  readonly space: string;
  readonly from: number;
  readonly to: number;
  readonly counts: { readonly events: number; readonly commands: number };
  /** Of a redacted copy the chain is its own: it tells that the copy was not changed since, not what it is a copy of. */
  readonly redacted: boolean;
  readonly rules: readonly Verdict[];
  /** In order of position; of each rule the first few. */
  readonly breaks: readonly Break[];
  /** Who believed to lead a group beside somebody else: no rule is broken by it, a guard keeps the one out. */
  readonly splitBrains: readonly SplitBrain[];
}

export interface CheckOptions extends Watched {
  /** A faster SHA-256 than the one in JavaScript, where there is one. */
  readonly hash?: Digest;
}

/** What clients were told is not in a trace: the list of what they should be would only grow. */
const shown = Object.fromEntries(Object.entries(checkers).filter(([name]) => name !== "notices"));

const progressEvery = 1_000;
/** In a copy whose patterns do not match its names any more, only this much can be said. */
const withoutPatterns = /^JR-(2|6|12)$/;
/** Without commands nobody knows where one decision of a moment ends and the next begins: these look at single decisions. */
const ofDecisions = /^(FI-5|OP-1|WG-3|WG-7|WG-8|EL-3|EL-9|EL-14)$/;

/**
 * Checks a whole trace: its chain and its header's hashes (JR-6), its positions and times (JR-2), every rule of SPEC.md that events
 * can show, and that a checkpoint in its middle leads to the same end (JR-4). Returns undefined when it was ended.
 */
export function checkTrace(trace: Trace, { hash, onProgress }: CheckOptions = {}): TraceCheck | undefined {
  const steps = checkSteps(trace, hash);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    if (onProgress?.(value) === false) return undefined;
  }
}

/** The same a stretch at a time: yields the position reached, so that whoever drives it can do something else in between. */
export function* checkSteps(trace: Trace, hash: Digest = digest): Generator<number, TraceCheck> {
  const chain = new ChainCheck(trace, hash);
  const monitor = new Monitor(shown);
  const snapshot = trace.snapshot();
  if (snapshot !== undefined) monitor.begin(snapshot);
  const rivals = new SplitBrainReader();
  const middle = Math.floor((trace.from + trace.to) / 2);
  let state = snapshot === undefined ? emptyState(trace.header.space) : fromSnapshot(snapshot);
  let toldAt = trace.from;
  let unrecorded = 0;
  for (const decision of decisionsOf(trace)) {
    if (decision.command === undefined) unrecorded += 1;
    const last = (decision.events.at(-1) as Event).position;
    if (last >= toldAt + progressEvery) {
      toldAt = last;
      yield last;
    }
    const { atMs } = decision.events[0] as Event;
    chain.follow(decision);
    monitor.step({ command: decision.command, events: decision.events, atMs });
    rivals.pass(state, atMs);
    for (const event of decision.events) {
      evolve(state, event);
      // What comes after goes on from a checkpoint; the checkers fold without one.
      if (event.position === middle) state = fromSnapshot(toSnapshot(state));
    }
    rivals.add(decision.events, state);
  }
  // Operators keep answers without a session.
  const senders = new Set([...state.answers.keys()].filter((sender) => sender.startsWith("operator:")));
  monitor.fact({ kind: "state", snapshot: toSnapshot(state), origin: "checkpoint", senders });
  const excuse = excusesOf(trace.header.redacted?.rules ?? [], unrecorded > 0);
  const breaches = monitor.breaches.map(({ rule, position, message }) => ({ rule, position, message }));
  const breaks = [...chain.breaks(), ...breaches].filter(({ rule }) => excuse(rule) === undefined).sort((a, b) => a.position - b.position);
  return {
    ok: breaks.length === 0,
    space: trace.header.space,
    from: trace.from,
    to: trace.to,
    counts: trace.header.counts,
    redacted: trace.header.redacted !== undefined,
    rules: verdicts(breaks, excuse),
    breaks,
    splitBrains: rivals.splitBrains(),
  };
}

/** Why a rule cannot be checked in this trace, though it can in others. */
function excusesOf(redactions: readonly string[], unrecorded: boolean): (rule: string) => string | undefined {
  const patternsLost = redactions.includes(patternsLostRule);
  const hashLost = redactions.includes("names") || redactions.includes("resources");
  return (rule) => {
    if (hashLost && rule === "EL-8") return "the hash that says who leads falls on names, and those of this copy are others";
    if (patternsLost && !withoutPatterns.test(rule)) return "the names of this copy do not match its patterns any more";
    if (unrecorded && ofDecisions.test(rule)) return "it needs the commands, and not all of them were recorded";
    return undefined;
  };
}

function verdicts(breaks: readonly Break[], excuse: (rule: string) => string | undefined): Verdict[] {
  const broken = new Set(breaks.map(({ rule }) => rule));
  return rules.map(([rule, title, reason]) => {
    if (broken.has(rule)) return { rule, title, verdict: "broken" };
    const why = reason === undefined ? excuse(rule) : unseen[reason];
    return why === undefined ? { rule, title, verdict: "held" } : { rule, title, verdict: "unchecked", why };
  });
}

/** The chain of hashes from the header's base to its last hash. The first break is told; after it nothing fits. */
class ChainCheck {
  readonly #trace: Trace;
  readonly #hash: Digest;
  #last: string;
  readonly #breaks: Break[] = [];

  constructor(trace: Trace, hash: Digest) {
    this.#trace = trace;
    this.#hash = hash;
    this.#last = trace.header.base;
    const { header, from } = trace;
    if (from === 1 && header.redacted === undefined && header.whatIf === undefined && header.base !== genesis(header.space, hash))
      this.#add(from, `the chain does not begin as that of space ${header.space} does`);
  }

  follow({ events, recorded }: RecordedDecision): void {
    for (const [index, one] of recorded.entries()) {
      this.#last = link(this.#last, one, this.#hash);
      const { position } = events[index] as Event;
      if (position === this.#trace.from && this.#last !== this.#trace.header.firstHash)
        this.#add(position, "the first event does not fit its hash: it, its command or the hash before it was changed");
    }
  }

  breaks(): readonly Break[] {
    const { header, to } = this.#trace;
    if (this.#breaks.length === 0 && this.#last !== header.lastHash)
      this.#add(to, "the chain does not end at the header's last hash: an event or a command was changed, or the header is of another trace");
    return this.#breaks;
  }

  #add(position: number, message: string): void {
    this.#breaks.push({ rule: "JR-6", position, message });
  }
}
