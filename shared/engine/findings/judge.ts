import { type Actor, type Cause, type CommandOf, limits, type OperatorCommand } from "../../model/index.ts";
import { muteKey, type State } from "../../state/index.ts";
import { type Decision, refuse } from "../decision.ts";

type Command<T extends OperatorCommand["type"]> = CommandOf<OperatorCommand, T>;

/** A person says whether a finding is one. Once: the counts are of findings, not of clicks. */
export function judge(state: State, actor: Actor, command: Command<"finding.judge">, cause: Cause): Decision {
  const found = state.findings.get(command.finding);
  if (found === undefined) return refuse("notFound", "This finding is over; there is nothing to judge any more.", { field: "finding" });
  if (found.judged !== undefined) return refuse("conflict", `${found.judged.by} judged it already: ${found.judged.verdict}.`, { field: "finding" });
  const { finding, kind } = found;
  return { events: [{ type: "finding.judged", finding, kind, verdict: command.verdict, actor, reason: command.reason, cause }] };
}

/** From now on findings of this kind about what the pattern matches notify nobody. They are still found and shown. */
export function mute(state: State, actor: Actor, command: Command<"finding.mute">, cause: Cause): Decision {
  const { kind, pattern, reason } = command;
  const known = state.mutes.get(muteKey(kind, pattern));
  if (known !== undefined) return refuse("conflict", `${known.by} muted it already: ${known.reason}`, { field: "pattern" });
  if (state.mutes.size >= limits.mutes) return refuse("limit", `At most ${limits.mutes} mutes; use broader patterns.`);
  return { events: [{ type: "finding.muted", kind, pattern, actor, reason, cause }] };
}

export function unmute(state: State, actor: Actor, command: Command<"finding.unmute">, cause: Cause): Decision {
  const { kind, pattern, reason } = command;
  if (!state.mutes.has(muteKey(kind, pattern))) return refuse("notFound", `Nothing of this kind is muted for ${pattern}.`, { field: "pattern" });
  return { events: [{ type: "finding.unmuted", kind, pattern, actor, reason, cause }] };
}
