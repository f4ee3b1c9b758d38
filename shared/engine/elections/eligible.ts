import type { ElectionSettings, Session } from "../../model/index.ts";
import { plants } from "../../state/index.ts";

/** Why a session may not lead under these settings, in words; undefined when it may. */
export function ineligibleWhy({ roles, labels }: ElectionSettings, session: Pick<Session, "roles" | "labels">): string | undefined {
  if (roles.length > 0 && !plants.rolesIgnored && !roles.some((role) => session.roles.includes(role))) return `it has none of the roles ${roles.join(", ")}.`;
  for (const [label, value] of Object.entries(labels)) {
    const own = Object.hasOwn(session.labels, label) ? session.labels[label] : undefined;
    if (own !== value) return own === undefined ? `it has no label ${label}.` : `its label ${label} is ${own}, not ${value}.`;
  }
  return undefined;
}
