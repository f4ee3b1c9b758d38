import { useEffect, useState, useSyncExternalStore } from "react";
import { Contention } from "../../projections/contention.ts";
import { followLog } from "../../stores/follow-log.ts";

/** Followed only while somebody looks: what the log still has is folded when the view opens. */
export function useContention(): Contention {
  const [contention] = useState(() => new Contention());
  useEffect(() => followLog(contention, () => {}), [contention]);
  return contention;
}

/** True while the page is seen: a hidden one computes nothing. */
export function useVisible(): boolean {
  return useSyncExternalStore(
    (changed) => {
      document.addEventListener("visibilitychange", changed);
      return () => document.removeEventListener("visibilitychange", changed);
    },
    () => !document.hidden,
  );
}
