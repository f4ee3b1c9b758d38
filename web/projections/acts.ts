import type { Event } from "../../shared/model/index.ts";

/** Did an operator do it, was it done by force, or was it refused? */
export const isAct = (event: Event): boolean =>
  ("actor" in event && event.actor !== undefined) || event.type === "guard.refused" || event.type === "claim.refused";
