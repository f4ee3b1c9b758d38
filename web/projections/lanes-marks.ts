import type { Event } from "../../shared/model/index.ts";
import type { Mark, MarkKind } from "./lanes-model.ts";

/** The mark that an event leaves on the timeline, or undefined when it leaves none. */
export function markOf(event: Event): Mark | undefined {
  switch (event.type) {
    case "session.joined":
      return mark(event, "joined", event.agent, null, "joined", `${event.agent} joined`);
    case "session.ended":
      return sessionEnd(event);
    case "lock.released":
      return lockEnd(event);
    case "guard.refused":
      return mark(
        event,
        "refused",
        event.agent,
        event.resource,
        "refused",
        `the guard of ${event.resource} refused ${event.agent}: fence ${event.fence} is below ${event.highest}`,
      );
    case "version.conflicted":
      return mark(
        event,
        "refused",
        event.agent,
        event.resource,
        "too late",
        `${event.winner} wrote ${event.resource} first: ${event.agent} was told to compensate`,
      );
    case "resource.configured": {
      const what =
        event.settings === null
          ? "took back its rule"
          : `set ${Object.entries(event.settings)
              .map(([name, value]) => `${name} ${value}`)
              .join(", ")}`;
      return operator(event, null, null, `set ${event.pattern}`, `${what} for ${event.pattern}`);
    }
    case "resource.frozen":
      return operator(event, null, event.resource, `froze ${event.resource}`, `froze ${event.resource}`);
    case "resource.thawed":
      return operator(event, null, event.resource, `thawed ${event.resource}`, `thawed ${event.resource}`);
    default:
      return undefined;
  }
}

type Acted = Event & { actor?: { principal: string } | undefined; reason?: string | undefined };

function sessionEnd(event: Extract<Event, { type: "session.ended" }>): Mark {
  const { agent } = event;
  switch (event.why) {
    case "left":
      return mark(event, "left", agent, null, "left", `${agent} left`);
    case "expired":
      return mark(event, "expired", agent, null, "expired", `${agent} was silent for too long: its lease expired`);
    case "replaced":
      return mark(event, "left", agent, null, "replaced", `${agent} was replaced by a newer session of its own name`);
    case "expelled":
      return operator(event, agent, null, `expelled ${agent}`, `expelled ${agent}`);
  }
}

function lockEnd(event: Extract<Event, { type: "lock.released" }>): Mark | undefined {
  const { agent, resource, fence } = event;
  if (event.why === "forced") return operator(event, agent, resource, `released ${resource}`, `took ${resource}, fence ${fence}, from ${agent}`);
  if (event.why === "expired") return mark(event, "expired", agent, resource, "expired", `${agent} lost ${resource}, fence ${fence}: its lease expired`);
  if (event.why === "overheld")
    return mark(event, "expired", agent, resource, "held too long", `${agent} lost ${resource}, fence ${fence}: held longer than allowed`);
  return undefined;
}

function operator(event: Acted, agent: string | null, resource: string | null, label: string, did: string): Mark {
  const reason = event.reason === undefined ? "" : `: ${event.reason}`;
  return mark(event, "operator", agent, resource, label, `${event.actor?.principal ?? "an operator"} ${did}${reason}`);
}

function mark(event: Event, kind: MarkKind, agent: string | null, resource: string | null, label: string, words: string): Mark {
  return { kind, atMs: event.atMs, position: event.position, agent, resource, label, words };
}
