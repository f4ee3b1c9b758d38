import { useCallback, useEffect, useRef, useState } from "react";
import type { CommandError, Event } from "../../../shared/model/index.ts";
import { port } from "../../connection/port.ts";
import { isAct } from "../../projections/acts.ts";
import { useWorld } from "../../stores/world.ts";

const pageSize = 200;
/** Enough to scroll through; whoever needs more reads the journal itself. */
const actsAtMost = 20_000;

export interface Acts {
  /** Newest first. */
  readonly acts: readonly Event[];
  readonly more: boolean;
  readonly loading: boolean;
  readonly error: CommandError | undefined;
  loadOlder(): void;
}

/** The audit: pages of the history, and what comes in on top. Another log is another space, or another moment of the past. */
export function useActs(): Acts {
  const status = useWorld((world) => world.status);
  const log = useWorld((world) => world.events);
  const [acts, setActs] = useState<readonly Event[]>([]);
  const [more, setMore] = useState(false);
  const [loading, setLoading] = useState(false);
  const [error, setError] = useState<CommandError>();
  const busy = useRef(false);
  const seen = useRef(log);

  const load = useCallback(async (before: number | undefined) => {
    if (busy.current) return;
    busy.current = true;
    setLoading(true);
    const answer = await port().history({ acts: true, newest: true, limit: pageSize, ...(before === undefined ? {} : { to: before - 1 }) });
    busy.current = false;
    setLoading(false);
    if (!answer.ok) return setError(answer.error);
    setError(undefined);
    setMore(answer.more);
    setActs((known) => merge(before === undefined ? [] : known, answer.events));
  }, []);

  useEffect(() => {
    // What another log has is not what this one has.
    if (log !== seen.current) setActs([]);
    seen.current = log;
    if (status === "live" || status === "replay") void load(undefined);
  }, [status, log, load]);

  useEffect(
    () =>
      log.subscribe((change) => {
        if (change.kind !== "appended") return;
        const fresh = log.slice(change.from, change.to).filter(isAct);
        if (fresh.length > 0) setActs((known) => merge(known, fresh));
      }),
    [log],
  );

  const oldest = acts.at(-1)?.position;
  const loadOlder = useCallback(() => {
    if (more && oldest !== undefined && acts.length < actsAtMost) void load(oldest);
  }, [more, oldest, acts.length, load]);
  return { acts, more, loading, error, loadOlder };
}

function merge(known: readonly Event[], fresh: readonly Event[]): readonly Event[] {
  const all = new Map([...known, ...fresh].map((event) => [event.position, event]));
  return [...all.values()].sort((left, right) => right.position - left.position).slice(0, actsAtMost);
}
