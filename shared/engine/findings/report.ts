import { type CommandOf, type EventBody, limits, type SystemCommand } from "../../model/index.ts";
import type { State } from "../../state/index.ts";
import type { Decision } from "../decision.ts";
import { isResolvedByItself, livelockEvents } from "./livelock.ts";

/** Writes down what the host's detectors came to think, so that viewers and replays see the same; a livelock is ended at once. */
export function report(state: State, command: CommandOf<SystemCommand, "finding.report">, nowMs: number): Decision {
  const events: EventBody[] = [];
  for (const finding of command.cleared) {
    const known = state.findings.get(finding);
    if (known === undefined) continue;
    events.push({ type: "finding.cleared", finding, kind: known.kind, lastedMs: Math.max(0, nowMs - known.sinceMs) });
  }
  let room = limits.findings - state.findings.size + events.length;
  for (const found of command.raised) {
    if (room <= 0 || (state.findings.has(found.finding) && !command.cleared.includes(found.finding))) continue;
    room -= 1;
    events.push({ type: "finding.raised", found });
    if (found.kind === "livelock" && isResolvedByItself(state, found)) events.push(...livelockEvents(state, found, undefined, nowMs));
  }
  return { events };
}
