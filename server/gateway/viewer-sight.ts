import type { Event, Snapshot } from "../../shared/model/index.ts";
import { toSnapshot } from "../../shared/state/index.ts";
import type { Space } from "../host/space.ts";

/**
 * What viewers get to see. The hash of an agent's resume key is between that agent and the server; it is blank for everybody
 * else, in the state and in the events, so that both still fold to the same.
 */
const blank = "";

/** Events as a viewer gets them: these very ones where there is nothing to hide. */
export function sightOf<Events extends readonly Event[]>(events: Events): Events | Event[] {
  if (!events.some(({ type }) => type === "session.joined")) return events;
  return events.map((event) => (event.type === "session.joined" ? { ...event, resumeHash: blank } : event));
}

/** A state as a viewer gets it: also without the remembered answers, which are nobody's business and most of its size. */
export function snapshotInSight(snapshot: Snapshot): Snapshot {
  return { ...snapshot, answers: [], sessions: snapshot.sessions.map((session) => ({ ...session, resumeHash: blank })) };
}

export const viewOf = ({ state }: Space): Snapshot => snapshotInSight(toSnapshot({ ...state, answers: new Map() }));
