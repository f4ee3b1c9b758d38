import type { Event } from "../../shared/model/index.ts";
import { names, ringOf } from "./deadlock-words.ts";
import { faultLabel } from "./fault-words.ts";
import { findingKinds, findingTitle } from "./finding-words.ts";
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
    case "deadlock.detected": {
      const ring = ringOf(event.found);
      return {
        ...mark(event, "deadlock", null, null, `deadlock: ${ring.slice(0, 3).join(", ")}`, `${names(ring)} wait for each other`),
        deadlock: event.found.deadlock,
      };
    }
    case "fault.began":
      return mark(
        event,
        "fault",
        null,
        null,
        `fault: ${faultLabel(event.fault)}`,
        `fault injected by ${event.fault.by}: ${faultLabel(event.fault)}: ${event.fault.reason}`,
      );
    case "claim.refused":
      return mark(
        event,
        "refused",
        event.agent,
        event.resource,
        "refused",
        `${event.agent} claimed ${event.resource}, fence ${event.fence}, which is ${event.holder}'s`,
      );
    case "lock.dequeued":
      return gaveWay(event);
    case "lock.reordered":
      return mark(
        event,
        "moved",
        event.agent,
        null,
        "went first",
        `${event.agent} was put before another in the queue, which ended deadlock ${event.deadlock} and cost nobody anything`,
      );
    case "finding.raised": {
      const { kind, agents, resources } = event.found;
      const ofGroup = kind === "splitBrain" && resources[0] !== undefined;
      return {
        ...mark(event, "finding", agents[0] ?? null, ofGroup ? null : (resources[0] ?? null), findingKinds[kind].label, findingTitle(event.found)),
        ...(ofGroup && { group: resources[0] }),
        finding: event.found.finding,
      };
    }
    case "quota.set": {
      const bounds =
        event.locks === null && event.waits === null
          ? "took away the quota"
          : `bound to ${event.locks ?? "any number of"} locks and ${event.waits ?? "any number of"} waits the agents`;
      return operator(event, null, null, `quota of ${event.principal}`, `${bounds} of ${event.principal}`);
    }
    case "resource.frozen":
      return operator(event, null, event.resource, `froze ${event.resource}`, `froze ${event.resource}`);
    case "resource.thawed":
      return operator(event, null, event.resource, `thawed ${event.resource}`, `thawed ${event.resource}`);
    default:
      return "group" in event ? markOfGroup(event) : undefined;
  }
}

/** What was done to a group, and who was kept out of it. Terms, vacancies and ballots are told by their bands. */
function markOfGroup(event: Extract<Event, { group: string }>): Mark | undefined {
  const { group } = event;
  switch (event.type) {
    case "election.configured":
      return { ...operator(event, null, null, `set up ${group}`, event.settings === null ? `took away the settings of ${group}` : `set up ${group}`), group };
    case "election.frozen":
      return { ...operator(event, null, null, `froze ${group}`, `froze ${group}: nobody new is elected`), group };
    case "election.thawed":
      return { ...operator(event, null, null, `thawed ${group}`, `thawed ${group}`), group };
    case "candidate.blocked":
      return { ...operator(event, event.agent, null, `blocked ${event.agent}`, `blocked ${event.agent} in ${group}`), group };
    case "candidate.unblocked":
      return { ...operator(event, event.agent, null, `unblocked ${event.agent}`, `unblocked ${event.agent} in ${group}`), group };
    case "leader.elected":
      if (event.actor === undefined) return undefined;
      return { ...operator(event, event.leader.agent, null, `appointed ${event.leader.agent}`, `made ${event.leader.agent} leader of ${group}`), group };
    case "leader.ended":
      if (event.why !== "deposed") return undefined;
      return { ...operator(event, event.agent, null, `deposed ${event.agent}`, `deposed ${event.agent} in ${group}, term ${event.term}`), group };
    case "leader.refused":
      return {
        ...mark(
          event,
          "refused",
          event.agent,
          null,
          "refused",
          `${event.agent} said that it leads ${group} in term ${event.term}, and was refused: ${event.leader === null ? "nobody leads" : `${event.leader} leads in term ${event.current}`}`,
        ),
        group,
      };
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

function gaveWay(event: Extract<Event, { type: "lock.dequeued" }>): Mark | undefined {
  const { agent, why, deadlock } = event;
  if (why === "wounded") return mark(event, "gaveWay", agent, null, "gave way", `${agent} gave way to an older one that waits for it (wound-wait)`);
  if (why !== "victim") return undefined;
  const by = event.actor === undefined ? "" : `, as ${event.actor.principal} chose${event.reason === undefined ? "" : `: ${event.reason}`}`;
  return mark(
    event,
    "gaveWay",
    agent,
    null,
    "gave way",
    `${agent} gave way as the victim of ${deadlock === undefined ? "a deadlock" : `deadlock ${deadlock}`}${by}`,
  );
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
