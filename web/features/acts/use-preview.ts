import { useEffect, useRef, useState } from "react";
import type { CommandError, Effect } from "../../../shared/model/index.ts";
import { type Act, port } from "../../connection/port.ts";

export interface PreviewState {
  readonly effect: Effect | undefined;
  readonly error: CommandError | undefined;
}

const nothing: PreviewState = { effect: undefined, error: undefined };
const againMs = 3_000;
/** A busy resource changes hands many times a second: the server is not asked at each. */
const atLeastMs = 1_000;

/**
 * What the server says an act would do now, asked again every few seconds as the queue moves on. While `about` stays the
 * same the last answer stays until the next is there, so that nothing jumps.
 */
export function usePreview(act: Act | undefined, about: string): PreviewState {
  const [preview, setPreview] = useState({ about, ...nothing });
  const askedMs = useRef(0);
  const key = act === undefined ? "" : JSON.stringify(act);
  useEffect(() => {
    if (key === "") return;
    const asked = JSON.parse(key) as Act;
    let over = false;
    const ask = async () => {
      askedMs.current = performance.now();
      const answer = await port().preview(asked);
      if (over) return;
      setPreview({ about, effect: answer.ok ? answer.effect : undefined, error: answer.ok ? undefined : answer.error });
      timer = setTimeout(ask, againMs);
    };
    let timer = setTimeout(ask, Math.max(0, askedMs.current + atLeastMs - performance.now()));
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [key, about]);
  return key === "" || preview.about !== about ? nothing : preview;
}
