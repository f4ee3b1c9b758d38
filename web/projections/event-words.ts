import type { Event } from "../../shared/model/index.ts";
import { settingsInWords } from "./settings-words.ts";

/** What an event says to an operator: what was done, and to what. */
export interface EventWords {
  readonly what: string;
  readonly subject: { readonly kind: "agent" | "resource"; readonly id: string } | undefined;
  readonly detail: string;
  readonly by: string;
  readonly reason: string;
}

/** The words of an event as the audit shows it. */
export function eventWords(event: Event): EventWords {
  const by = "actor" in event && event.actor !== undefined ? `${event.actor.principal} · ${event.actor.role}` : "by itself";
  const reason = ("reason" in event ? event.reason : undefined) ?? "";
  switch (event.type) {
    case "lock.released":
      return {
        what: event.why === "forced" ? "released by force" : `lock ended: ${event.why}`,
        subject: { kind: "resource", id: event.resource },
        detail: `${event.agent} lost fence ${event.fence}`,
        by,
        reason,
      };
    case "lock.dequeued":
      return { what: `wait ended: ${event.why}`, subject: { kind: "agent", id: event.agent }, detail: `request ${event.request}`, by, reason };
    case "session.ended":
      return {
        what: event.why === "expelled" ? "expelled" : `session ended: ${event.why}`,
        subject: { kind: "agent", id: event.agent },
        detail: `session ${event.session}`,
        by,
        reason,
      };
    case "resource.frozen":
      return { what: "frozen", subject: { kind: "resource", id: event.resource }, detail: "", by, reason };
    case "resource.thawed":
      return { what: "thawed", subject: { kind: "resource", id: event.resource }, detail: "", by, reason };
    case "resource.configured":
      return {
        what: event.settings === null ? "rule taken away" : "rule set",
        subject: { kind: "resource", id: event.pattern },
        detail: event.settings === null ? "" : settingsInWords(event.settings),
        by,
        reason,
      };
    case "guard.refused":
      return {
        what: "write refused",
        subject: { kind: "resource", id: event.resource },
        detail: `${event.agent} came with fence ${event.fence}, the guard had seen ${event.highest}`,
        by: "the guard",
        reason,
      };
    default:
      return { what: event.type, subject: "agent" in event ? { kind: "agent", id: event.agent } : undefined, detail: "", by, reason };
  }
}
