import type { Event, RecordingWhy } from "../../shared/model/index.ts";

/** Something that a person will want to look into, with the time before it. */
export interface Incident {
  readonly why: RecordingWhy;
  readonly name: string;
  /** Agents and resources that it is about. */
  readonly about: readonly string[];
}

/** The incident that an event tells of, if any. */
export function incidentOf(event: Event): Incident | undefined {
  switch (event.type) {
    case "deadlock.detected": {
      const agents = [...new Set(event.found.cycle.map((step) => step.agent))].sort();
      return { why: "deadlock", name: `Deadlock of ${some(agents)}`, about: [...agents, ...event.found.cycle.flatMap((step) => step.resource ?? [])] };
    }
    case "finding.raised": {
      const { kind, agents, resources } = event.found;
      const about = [...agents, ...resources];
      if (kind === "livelock") return { why: kind, name: `Livelock of ${some(agents)}`, about };
      return kind === "splitBrain" ? { why: kind, name: `Split brain of ${some(resources.slice(0, 1))}: ${some(agents)}`, about } : undefined;
    }
    case "session.ended":
      return event.why === "expelled" ? { why: "expelled", name: `${event.agent} expelled`, about: [event.agent] } : undefined;
    default:
      return undefined;
  }
}

const namedAtMost = 4;

function some(names: readonly string[]): string {
  const shown = names.slice(0, namedAtMost).join(", ");
  return names.length <= namedAtMost ? shown : `${shown} and ${names.length - namedAtMost} more`;
}
