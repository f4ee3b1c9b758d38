import type { HoldSpan, LeadSpan, WaitSpan } from "../spans.ts";

/**
 * What is said of a wait, a hold or a leadership in every format that has room for it, under names of our own: enough to make
 * the same ones of the file again. One that had not ended when the recording did has no `signalbox.ended`.
 */
export type Attributes = Readonly<Record<`signalbox.${string}`, string | number>>;

export function attributesOfHold(hold: HoldSpan): Attributes {
  const { id, fence, resource, mode, weight, level, session, agent, command, reason, waitedMs, request, startPosition, endPosition, ended } = hold;
  return present({
    ...{ "signalbox.kind": "hold", "signalbox.id": id, "signalbox.agent": agent, "signalbox.resource": resource, "signalbox.mode": mode },
    ...{ "signalbox.weight": weight, "signalbox.level": level, "signalbox.fence": fence, "signalbox.session": session, "signalbox.command": command },
    ...{ "signalbox.reason": reason || undefined, "signalbox.waited_ms": waitedMs, "signalbox.request": request },
    ...{ "signalbox.start_position": startPosition, "signalbox.end_position": endPosition, "signalbox.ended": ended },
  });
}

/** Of a wait for one of the resources that its request wants. */
export function attributesOfWait(wait: WaitSpan, want: number): Attributes {
  const { request, wants, session, agent, command, priority, reason, startPosition, endPosition, ended } = wait;
  const { resource, mode, weight } = wants[want] as WaitSpan["wants"][number];
  return present({
    ...{ "signalbox.kind": "wait", "signalbox.id": waitId(wait, want), "signalbox.agent": agent, "signalbox.resource": resource, "signalbox.mode": mode },
    ...{ "signalbox.weight": weight, "signalbox.priority": priority, "signalbox.request": request, "signalbox.session": session },
    ...{ "signalbox.command": command, "signalbox.reason": reason || undefined },
    ...{ "signalbox.start_position": startPosition, "signalbox.end_position": endPosition, "signalbox.ended": ended },
  });
}

/** A leadership is known by its term. */
export function attributesOfLead(lead: LeadSpan): Attributes {
  const { term, group, session, agent, why, because, startPosition, endPosition, ended } = lead;
  return present({
    ...{ "signalbox.kind": "lead", "signalbox.id": term, "signalbox.agent": agent, "signalbox.group": group, "signalbox.term": term },
    ...{ "signalbox.session": session, "signalbox.why": why, "signalbox.because": because || undefined },
    ...{ "signalbox.start_position": startPosition, "signalbox.end_position": endPosition, "signalbox.ended": ended },
  });
}

/** A request that wants several resources waits once for each: `12`, `12.2`, `12.3`. */
export function waitId({ request }: WaitSpan, want: number): string {
  return want === 0 ? String(request) : `${request}.${want + 1}`;
}

function present(attributes: Readonly<Record<`signalbox.${string}`, string | number | undefined>>): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)) as Attributes;
}
