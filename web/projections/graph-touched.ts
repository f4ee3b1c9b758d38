import type { Event } from "../../shared/model/index.ts";

/** Which records events may have changed. Too many cost a look, too few would show what is not true. */
export class Touched {
  readonly locks = new Set<string>();
  readonly waits = new Set<number>();
  readonly intents = new Set<string>();
  readonly agents = new Set<string>();
  readonly groups = new Set<string>();
  rules = false;
  freezes = false;
}

/** Adds what one event touches. Every event that changes a record names it; the ends of a session's things are events of their own. */
export function touch(event: Event, touched: Touched): void {
  if ("agent" in event) touched.agents.add(event.agent);
  switch (event.type) {
    case "lock.queued":
      touched.waits.add(event.wait.request);
      break;
    case "lock.granted":
      for (const lock of event.locks) touched.locks.add(lock.fence);
      for (const fence of event.reentered ?? []) touched.locks.add(fence);
      if (event.request !== undefined) touched.waits.add(event.request);
      break;
    case "lock.counted":
    case "lock.released":
    case "lock.delayEnded":
    case "lock.downgraded":
      touched.locks.add(event.fence);
      break;
    case "lock.upgraded":
      touched.locks.add(event.fence).add(event.newFence);
      if (event.request !== undefined) touched.waits.add(event.request);
      break;
    case "lock.transferred":
      touched.locks.add(event.fence).add(event.newFence);
      touched.agents.add(event.toAgent);
      break;
    case "lock.dequeued":
    case "lock.inherited":
    case "lock.favoured":
      touched.waits.add(event.request);
      break;
    case "lock.reordered":
      touched.waits.add(event.request).add(event.before);
      break;
    case "intent.announced":
      touched.intents.add(event.intent.intent);
      break;
    case "intent.committed":
    case "intent.ended":
      touched.intents.add(event.intent);
      break;
    case "version.advanced":
    case "version.conflicted":
      touched.locks.add(event.fence);
      break;
    case "resource.configured":
      touched.rules = true;
      break;
    case "resource.frozen":
    case "resource.thawed":
      touched.freezes = true;
      break;
    case "election.configured":
    case "election.frozen":
    case "election.thawed":
    case "candidate.entered":
    case "candidate.left":
    case "candidate.blocked":
    case "candidate.unblocked":
    case "leader.elected":
    case "leader.ended":
    case "leader.kept":
    case "leader.proclaimed":
    case "leader.delayEnded":
    case "ballot.opened":
    case "ballot.voted":
    case "ballot.closed":
    case "node.told":
    case "node.gone":
      touched.groups.add(event.group);
      break;
    case "session.joined":
    case "session.connected":
    case "session.disconnected":
    case "session.declared":
    case "session.ended":
    case "guard.refused":
    case "claim.refused":
    case "quota.set":
    case "fault.began":
    case "fault.ended":
    case "schedule.set":
    case "schedule.ended":
    case "recording.begun":
    case "recording.extended":
    case "recording.ended":
    case "recording.changed":
    case "recording.deleted":
    case "leader.refused":
    case "group.observed":
    case "group.unobserved":
    case "message.sent":
    case "version.folded":
    case "wait.declared":
    case "wait.ended":
    case "deadlock.detected":
    case "finding.raised":
    case "finding.cleared":
    case "finding.judged":
    case "finding.muted":
    case "finding.unmuted":
    case "livelock.resolved":
    case "deadlock.resolved":
      break;
    default:
      event satisfies never;
  }
}
