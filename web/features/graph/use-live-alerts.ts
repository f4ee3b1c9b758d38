import { useRef } from "react";
import { useAttention } from "../attention/attention-store.ts";
import { type Alerts, alertsOf, noAlerts } from "./alerts.ts";

/** What needs a person now; the same object while nothing was added to it or taken from it. */
export function useLiveAlerts(): Alerts {
  const needs = useAttention();
  const last = useRef<{ readonly ids: string; readonly alerts: Alerts }>({ ids: "", alerts: noAlerts });
  const ids = needs.map((need) => `${need.id} ${need.agents ?? need.agent} ${need.fences ?? need.fence}`).join("|");
  if (ids !== last.current.ids) last.current = { ids, alerts: alertsOf(needs) };
  return last.current.alerts;
}
