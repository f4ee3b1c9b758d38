import { useCallback, useEffect, useState } from "react";
import type { RecordedRun } from "../../projections/recorded-run.ts";

export interface Player {
  readonly step: number;
  readonly atMs: number;
  readonly playing: boolean;
  /** Virtual time over real time. */
  readonly speed: number;
  setSpeed(speed: number): void;
  toggle(): void;
  /** Goes to a step and stands still there. */
  goTo(step: number): void;
}

export const speeds = [0.01, 0.02, 0.05, 0.1, 0.25, 1] as const;

/** Goes through a recorded run: by itself, slowed down, or step by step. */
export function usePlayer(run: RecordedRun, firstStep: number): Player {
  const [at, setAt] = useState(() => placeOf(run, firstStep));
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<number>(0.05);

  useEffect(() => {
    if (!playing) return;
    let frame = 0;
    let beforeMs: number | undefined;
    const go = (nowMs: number) => {
      const passedMs = (nowMs - (beforeMs ?? nowMs)) * speed;
      beforeMs = nowMs;
      setAt(({ atMs }) => {
        const next = Math.min(run.endMs, atMs + passedMs);
        return { atMs: next, step: run.stepAt(next) };
      });
      frame = requestAnimationFrame(go);
    };
    frame = requestAnimationFrame(go);
    return () => cancelAnimationFrame(frame);
  }, [playing, speed, run]);
  const ended = at.atMs >= run.endMs;
  useEffect(() => {
    if (ended) setPlaying(false);
  }, [ended]);

  const goTo = useCallback(
    (step: number) => {
      setPlaying(false);
      setAt(placeOf(run, step));
    },
    [run],
  );
  const toggle = useCallback(() => {
    if (ended) setAt(placeOf(run, 0));
    setPlaying((before) => !before);
  }, [ended, run]);
  return { ...at, playing, speed, setSpeed, toggle, goTo };
}

function placeOf(run: RecordedRun, step: number): { readonly step: number; readonly atMs: number } {
  const within = Math.max(0, Math.min(step, run.lastStep));
  return { step: within, atMs: run.timeOf(within) };
}
