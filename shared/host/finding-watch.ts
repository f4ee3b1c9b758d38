import { Detectors, type Failure } from "../analysis/detectors/index.ts";
import type { Outcome } from "../engine/index.ts";
import { type CommandOf, type EngineCommand, type Event, type Finding, limits, type SystemCommand } from "../model/index.ts";
import type { State } from "../state/index.ts";

const everyMs = 1_000;
/** After a start the detectors know nothing yet: until then only what nobody can still be in is taken back. */
const learningMs = 60_000;

/**
 * Feeds the detectors with what the host decides, and looks at them once a second while there is anything to look at. What
 * they think becomes a command, so that findings are events: viewers and replays need no detectors of their own.
 */
export class FindingWatch {
  readonly #detectors: Detectors;
  readonly #clearsFromMs: number;
  #lookMs: number | undefined;

  constructor(state: State, nowMs: number, renewedMs: (session: string) => number | undefined) {
    this.#detectors = new Detectors({ renewedMs });
    this.#clearsFromMs = state.findings.size > 0 ? nowMs + learningMs : nowMs;
    if (state.waits.size + state.findings.size > 0) this.#lookMs = nowMs + everyMs;
  }

  /** When to look next, or undefined while nothing happens. */
  nextMs(): number | undefined {
    return this.#lookMs;
  }

  /** A command and what it came to. */
  feed(state: State, command: EngineCommand, outcome: Outcome): void {
    for (const event of outcome.events) this.#detectors.feed(event, state);
    const failure = outcome.error?.code === "busy" ? refusedTry(state, command, outcome.error.blockers ?? []) : undefined;
    if (failure !== undefined) this.#detectors.failed(failure, state);
    if (this.#lookMs === undefined && (failure !== undefined || outcome.events.some(isNews))) this.#lookMs = command.nowMs + everyMs;
  }

  /** What is to be reported, or undefined when nothing changed. */
  look(state: State, nowMs: number): CommandOf<SystemCommand, "finding.report"> | undefined {
    const now = new Map<string, Finding>();
    for (const found of this.#detectors.findings(state, nowMs)) now.set(found.finding, found);
    const stays = state.waits.size > 0 || this.#detectors.isWary || nowMs < this.#clearsFromMs;
    this.#lookMs = stays ? nowMs + everyMs : undefined;
    const cleared = nowMs < this.#clearsFromMs ? [] : [...state.findings.keys()].filter((finding) => !now.has(finding));
    const room = limits.findings - state.findings.size + cleared.length;
    const raised = [...now.values()].filter((found) => !state.findings.has(found.finding)).slice(0, room);
    return raised.length + cleared.length === 0 ? undefined : { type: "finding.report", raised, cleared };
  }
}

/** What the watch itself reported is no reason to look again. */
function isNews(event: Event): boolean {
  return event.type !== "finding.raised" && event.type !== "finding.cleared" && event.type !== "session.joined";
}

function refusedTry(state: State, command: EngineCommand, blockers: NonNullable<NonNullable<Outcome["error"]>["blockers"]>): Failure | undefined {
  if (command.from !== "agent" || command.command.type !== "lock.acquire") return undefined;
  const agent = state.sessions.get(command.session)?.agent;
  if (agent === undefined) return undefined;
  const because: string[] = [];
  for (const blocker of blockers) if ("agent" in blocker && !because.includes(blocker.agent)) because.push(blocker.agent);
  return {
    session: command.session,
    agent,
    resources: command.command.wants.map((want) => want.resource),
    because,
    how: "refused",
    atMs: command.nowMs,
  };
}
