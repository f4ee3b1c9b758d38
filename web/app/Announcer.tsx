import { useEffect, useRef, useState } from "react";
import { useAttention } from "../features/attention/attention-store.ts";
import { useWorld } from "../stores/world.ts";
import { plural } from "./format.ts";

/** Tells a screen reader what changed: the connection, and who newly needs the operator. */
export function Announcer() {
  const status = useWorld((world) => world.status);
  const needs = useAttention();
  const known = useRef(new Set<string>());
  const [words, setWords] = useState("");
  useEffect(() => {
    const fresh = needs.filter(({ id }) => !known.current.has(id));
    known.current = new Set(needs.map(({ id }) => id));
    if (fresh.length > 0) setWords(`${plural(needs.length, "thing needs", "things need")} you. ${fresh[0]?.title ?? ""}`);
  }, [needs]);
  return (
    <div className="sb-hidden" role="status" aria-live="polite">
      {status === "live" ? words : status === "replay" ? "Replay: this is the past" : `Connection: ${status}`}
    </div>
  );
}
