import { memo } from "react";
import type { Effect } from "../../../shared/model/index.ts";
import { formatDuration } from "../../app/format.ts";
import { Fact, Facts } from "../../components/Facts.tsx";

const most = 12;

/** What an act would do now, from the server's preview: who loses, who gets, what the guard will refuse, what stays. `here` is called "it". */
export const EffectList = memo(function EffectList({ effect, here }: { effect: Effect; here?: string }) {
  const named = (resource: string) => (resource === here ? "it" : resource);
  const { loses, gains, dequeues, guards, keeps, leads, lockDelayMs } = effect;
  const losers = [...new Set(loses.map(({ agent }) => agent))];
  const unguarded = loses.filter(({ resource, agent }) => !guards.some((guard) => guard.resource === resource && guard.agent === agent));
  return (
    <Facts>
      {loses.slice(0, most).map((lost) => (
        <Fact
          key={`lose ${lost.fence}`}
          label={`${lost.agent} loses ${named(lost.resource)}`}
          value={`fence ${lost.fence}, held ${formatDuration(lost.heldMs)}`}
        />
      ))}
      {gains.slice(0, most).map((gain) => (
        <Fact
          key={`gain ${gain.fence}`}
          label={`${gain.agent} gets ${named(gain.resource)}${gain.afterMs > 0 ? ` after ${formatDuration(gain.afterMs)}` : " at once"}, having waited ${formatDuration(gain.waitedMs)}`}
          value={`fence ${gain.fence}`}
        />
      ))}
      {loses.length > 0 && gains.length === 0 ? <Fact label="Nobody waits for it" value="it becomes free" /> : null}
      {loses.length > 0 ? (
        <Fact
          label="Lock-delay before the next grant"
          value={lockDelayMs > 0 ? formatDuration(lockDelayMs) : unguarded.length === 0 ? "none (guarded)" : "none"}
        />
      ) : null}
      {guards.slice(0, most).map((guard) => (
        <Fact
          key={`guard ${guard.resource}`}
          label={`${guard.agent} is told, its writes to ${named(guard.resource)} are refused below`}
          value={`fence ${guard.below}`}
        />
      ))}
      {unguarded.length > 0 ? (
        <Fact
          label={`No guard checks writes to ${named(unguarded[0]?.resource ?? "")}${unguarded.length > 1 ? ` and ${unguarded.length - 1} more` : ""}: a write already on its way may still land`}
          value="not guarded"
        />
      ) : null}
      {dequeues.slice(0, most).map((one) => (
        <Fact key={`dequeue ${one.agent} ${one.resource}`} label={`${one.agent} stops waiting for`} value={one.resource} />
      ))}
      {losers.length === 1 ? (
        <Fact
          label={`${losers[0]} keeps`}
          value={
            keeps.length === 0
              ? "nothing else"
              : keeps
                  .slice(0, most)
                  .map(({ resource }) => resource)
                  .join(", ") + (keeps.length > most ? ` and ${keeps.length - most} more` : "")
          }
        />
      ) : null}
      {leads.slice(0, most).map(({ group, from, to, afterMs }) => (
        <Fact key={`lead ${group}`} label={leadWords(from, to, afterMs)} value={group} />
      ))}
      {loses.length === 0 && gains.length === 0 && dequeues.length === 0 && leads.length === 0 ? (
        <Fact label="Nobody loses or gets anything at this moment" value="" />
      ) : null}
    </Facts>
  );
});

/** `w1 leads no more; w2 leads at once`. */
function leadWords(from: string | null, to: string | null, afterMs: number): string {
  const before = from === null ? "" : from === to ? `${from} leads on, under a new term` : `${from} leads no more`;
  if (from !== null && from === to) return before;
  const after = to === null ? "nobody leads then" : `${to} leads ${afterMs > 0 ? `after ${formatDuration(afterMs)}` : "at once"}`;
  return before === "" ? after : `${before}; ${after}`;
}
