import type { Event, Finding, Wait } from "../../model/index.ts";
import type { State } from "../../state/index.ts";
import { settingsOf } from "../../state/index.ts";
import { blockersOfWait } from "../blockers.ts";
import { formatDuration } from "../words.ts";
import { type Detector, findingId } from "./detector.ts";

const waitedMs = 5_000;
const everyMs = 5_000;
const findingsAtMost = 100;
/** Requests whose blockers are listed at one look, and how many of each. */
const looksAtMost = 500;
const blockersAtMost = 64;

/**
 * Priority inversion: an urgent one waits for a holder, and that holder stands in another queue behind somebody less urgent
 * than the one who waits for it (Sha, Rajkumar, Lehoczky 1990). Read off the state alone; no memory. Where urgency is
 * inherited there is none.
 */
export class PriorityInversionDetector implements Detector {
  readonly size = 0;
  #lookedMs = 0;
  #findings: Finding[] = [];

  feed(_event: Event, _state: State): void {}

  findings(state: State, nowMs: number): Finding[] {
    if (state.prioritised === 0) this.#findings = [];
    else if (nowMs - this.#lookedMs >= everyMs) {
      this.#lookedMs = nowMs;
      this.#findings = this.#look(state, nowMs);
    }
    return this.#findings;
  }

  #look(state: State, nowMs: number): Finding[] {
    const findings: Finding[] = [];
    const looks = { left: looksAtMost };
    for (const urgent of state.waits.values()) {
      if (urgent.priority <= 0 || nowMs - urgent.queuedMs < waitedMs) continue;
      if (looks.left <= 0 || findings.length >= findingsAtMost) break;
      const found = inversionOf(state, urgent, nowMs, looks);
      if (found !== undefined) findings.push(found);
    }
    return findings;
  }
}

function inversionOf(state: State, urgent: Wait, nowMs: number, looks: { left: number }): Finding | undefined {
  looks.left--;
  for (const blocker of blockersOfWait(state, urgent, blockersAtMost)) {
    if (blocker.kind !== "holder" || settingsOf(state, blocker.resource).inherit) continue;
    for (const request of state.bySession.get(state.agents.get(blocker.agent) ?? "")?.waits ?? []) {
      const held = state.waits.get(request);
      if (held === undefined || held.priority >= urgent.priority) continue;
      if (looks.left-- <= 0) return undefined;
      const between = blockersOfWait(state, held, blockersAtMost).find(
        (other) => other.kind === "queue" && other.agent !== urgent.agent && (state.waits.get(other.request)?.priority ?? 0) < urgent.priority,
      );
      if (between?.kind !== "queue") continue;
      return {
        finding: findingId("priorityInversion", [urgent.agent, blocker.agent, between.agent, blocker.resource, between.resource]),
        kind: "priorityInversion",
        agents: [urgent.agent, blocker.agent, between.agent],
        resources: [blocker.resource, between.resource],
        because: [
          `${urgent.agent} (priority ${urgent.priority}) waits ${formatDuration(nowMs - urgent.queuedMs)} for ${blocker.resource}, which ${blocker.agent} holds`,
          `${blocker.agent} (priority ${held.priority}) itself waits for ${between.resource} behind ${between.agent}`,
          `${between.agent} (priority ${state.waits.get(between.request)?.priority ?? 0}) is less urgent than ${urgent.agent}, and goes first`,
        ],
        sinceMs: urgent.queuedMs,
        plan: {
          act: "inherit",
          agent: blocker.agent,
          resource: blocker.resource,
          why: "With inherited urgency a holder is as urgent as the most urgent one who waits for it.",
        },
      };
    }
  }
  return undefined;
}
