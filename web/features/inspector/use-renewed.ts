import { useEffect } from "react";
import { useStore } from "zustand";
import { askVitals, vitalsStore } from "../../stores/vitals.ts";

/** Last heartbeat of a session, asked for at once when it is looked at. */
export function useRenewed(session: string): number | undefined {
  const renewedMs = useStore(vitalsStore, (vitals) => vitals.renewedMs.get(session));
  const known = renewedMs !== undefined;
  useEffect(() => {
    if (!known) void askVitals([session]);
  }, [session, known]);
  return renewedMs;
}
