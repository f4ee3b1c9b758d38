import { type Believer, type Rivalry, rivalryKey } from "../../analysis/detectors/rivalry.ts";
import { SplitBrainDetector } from "../../analysis/detectors/split-brain.ts";
import type { Event, Finding } from "../../model/index.ts";
import { emptyState, evolve, nodeKey, type State } from "../../state/index.ts";

/** A time during which two agents believed that they lead one group, as far as events tell (EL-17). */
export interface SplitBrain {
  readonly group: string;
  /** First the one that should not have. The term is empty where nothing tells it. */
  readonly believers: readonly [Believer, Believer];
  readonly signals: readonly string[];
  /** Position at which it showed. */
  readonly position: number;
  readonly sinceMs: number;
  /** Undefined: it lasted when the events end. */
  readonly untilMs: number | undefined;
}

/** A host looks once a second, and after so many looks with no event between them it sees nothing new. */
const everyMs = 1_000;
const looksAtMost = 15;
/** A group in which everybody lies all the time tells nothing more after these. */
const listedAtMost = 200;

/**
 * Finds out of a stretch of events who believed to lead beside somebody else, whether or not a host found it at the time:
 * with the detector of the host, looked at after every decision and once a second between them, so that what was over before
 * a host looked is told too. What the host found besides, by heartbeats, is in the events as a finding and is taken from there.
 */
export class SplitBrainReader {
  readonly #detector = new SplitBrainDetector();
  readonly #open = new Map<string, SplitBrain>();
  readonly #over: SplitBrain[] = [];
  #lookedMs = 0;
  #position = 0;

  /** Time passes up to the next event: before that one is folded. */
  pass(state: State, atMs: number): void {
    for (let looks = 0; looks < looksAtMost && this.#isWary && this.#lookedMs + everyMs < atMs; looks++) this.#look(state, this.#lookedMs + everyMs);
  }

  /** What one decision came to, after all of it was folded. */
  add(events: readonly Event[], state: State): void {
    for (const event of events) this.#detector.feed(event, state);
    const last = events.at(-1);
    if (last === undefined) return;
    this.#position = last.position;
    if (this.#isWary || state.findings.size > 0) this.#look(state, last.atMs);
    else this.#lookedMs = last.atMs;
  }

  /** All there were, in the order in which they showed, the first 200. */
  splitBrains(): SplitBrain[] {
    return [...this.#over, ...this.#open.values()].sort((a, b) => a.position - b.position).slice(0, listedAtMost);
  }

  get #isWary(): boolean {
    return this.#detector.isWary || this.#open.size > 0;
  }

  #look(state: State, atMs: number): void {
    this.#lookedMs = atMs;
    const found = new Map<string, Pick<SplitBrain, "group" | "believers" | "signals">>();
    for (const rivalry of this.#detector.rivalries(state, atMs)) found.set(keyOf(rivalry), rivalry);
    for (const finding of state.findings.values()) {
      if (finding.kind !== "splitBrain") continue;
      // Not by its id: in a redacted copy that is of the names of before.
      const key = rivalryKey(finding.resources[0] ?? "", finding.agents[0] ?? "");
      if (!found.has(key)) found.set(key, this.#open.get(key) ?? reported(state, finding));
    }
    for (const [key, open] of this.#open) {
      if (found.has(key)) continue;
      this.#open.delete(key);
      if (this.#over.length < listedAtMost) this.#over.push({ ...open, untilMs: atMs });
    }
    for (const [key, { group, believers, signals }] of found) {
      const { position, sinceMs } = this.#open.get(key) ?? { position: this.#position, sinceMs: atMs };
      this.#open.set(key, { group, believers, signals, position, sinceMs, untilMs: undefined });
    }
  }
}

/** The same of a list of events from the begin of a space on. */
export function splitBrainsIn(events: readonly Event[]): SplitBrain[] {
  if (!events.some(({ type }) => type === "leader.elected" || type === "node.told")) return [];
  const state = emptyState("events");
  const reader = new SplitBrainReader();
  for (const event of events) {
    reader.pass(state, event.atMs);
    evolve(state, event);
    reader.add([event], state);
  }
  return reader.splitBrains();
}

function keyOf({ group, believers }: Rivalry): string {
  return rivalryKey(group, believers[0].agent);
}

/** What a host found by what events do not tell. */
function reported(state: State, { agents, resources, because, sinceMs }: Finding): Pick<SplitBrain, "group" | "believers" | "signals"> {
  const [[agent = "", other = ""], [group = ""]] = [agents, resources];
  const believer = (name: string): Believer => {
    const leader = state.elections.get(group)?.leader;
    if (leader?.agent === name) return { agent: name, term: leader.term, sinceMs: leader.sinceMs };
    const node = state.nodes.get(nodeKey(group, state.agents.get(name) ?? ""));
    return node === undefined ? { agent: name, term: "", sinceMs } : { agent: name, term: String(node.view.term), sinceMs: node.sinceMs };
  };
  return { group, believers: [believer(agent), believer(other)], signals: because };
}
