import { formatDuration, formatTime } from "../../app/format.ts";
import type { PastFinding } from "../../projections/finding-history.ts";
import { findingTitle } from "../../projections/finding-words.ts";
import { useNow } from "../../stores/clock.ts";
import { selectionStore } from "../../stores/selection.ts";
import past from "../deadlocks/Deadlocks.module.css";
import { Section } from "../inspector/parts.tsx";
import { useFindings } from "./finding-store.ts";

/** What was found lately and is over, with what ended it. Predicted deadlocks have a list of their own. */
export function PastFindings({ atMost }: { atMost: number }) {
  const over = useFindings().filter(({ found, cleared }) => cleared !== undefined && found.kind !== "lockOrder");
  const now = useNow(60_000);
  if (over.length === 0) return null;
  return (
    <Section heading="Findings lately">
      {over.slice(0, atMost).map((one) => (
        <button
          key={one.found.finding}
          type="button"
          className={past.past}
          onClick={() => selectionStore.getState().select({ kind: "finding", id: one.found.finding })}
        >
          <b>{findingTitle(one.found)}</b>
          <time>{formatTime(one.found.sinceMs, now)}</time>
          <small>{endWords(one)}</small>
        </button>
      ))}
    </Section>
  );
}

function endWords({ resolved, cleared }: PastFinding): string {
  const lasted = cleared === undefined ? "" : `over after ${formatDuration(cleared.lastedMs)}`;
  if (resolved === undefined) return lasted;
  return `${resolved.actor === undefined ? "by policy" : `by ${resolved.actor.principal}`}: ${resolved.agent} went first, ${lasted}`;
}
