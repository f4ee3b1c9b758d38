import { useEffect, useState } from "react";
import type { CommandError, Effect } from "../../../shared/model/index.ts";
import { type Act, port } from "../../connection/port.ts";

export interface PreviewState {
  readonly effect: Effect | undefined;
  readonly error: CommandError | undefined;
}

const nothing: PreviewState = { effect: undefined, error: undefined };
const againMs = 3_000;

/** What the server says an act would do now, asked again every few seconds as the queue moves on. */
export function usePreview(act: Act | undefined): PreviewState {
  const [preview, setPreview] = useState(nothing);
  const key = act === undefined ? "" : JSON.stringify(act);
  useEffect(() => {
    setPreview(nothing);
    if (key === "") return;
    const asked = JSON.parse(key) as Act;
    let over = false;
    let timer: ReturnType<typeof setTimeout>;
    const ask = async () => {
      const answer = await port().preview(asked);
      if (over) return;
      setPreview(answer.ok ? { effect: answer.effect, error: undefined } : { effect: undefined, error: answer.error });
      timer = setTimeout(ask, againMs);
    };
    void ask();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [key]);
  return preview;
}
