import type { Event, Want } from "../../model/index.ts";

/** Who did it or had it done to them, in the order in which one knows of the other, and what. */
export interface HostWords {
  readonly hosts: readonly [string, ...string[]];
  readonly what: string;
}

/** What an event says of an agent; undefined for what is of none: rules, findings, versions folded. */
export function wordsOf(event: Event): HostWords | undefined {
  switch (event.type) {
    case "session.joined":
      return { hosts: [event.agent], what: "joined" };
    case "session.connected":
    case "session.disconnected":
      return { hosts: [event.agent], what: event.type.slice("session.".length) };
    case "session.declared":
      return { hosts: [event.agent], what: `is ${event.state}${event.doing === "" ? "" : `: ${event.doing}`}` };
    case "session.ended":
      return by(event, `session ended: ${event.why}`);
    case "lock.queued":
      return { hosts: [event.wait.agent], what: `waits for ${paths(event.wait.wants)} (request ${event.wait.request})` };
    case "lock.granted": {
      const waited = event.request === undefined ? "" : ` (request ${event.request})`;
      return {
        hosts: [event.agent],
        what: `gets ${event.locks.map((lock) => `${lock.resource} ${lock.mode} fence ${lock.fence}`).join(", ") || "what it holds once more"}${waited}`,
      };
    }
    case "lock.released":
      return by(
        event,
        event.why === "released" ? `gives back ${event.resource} fence ${event.fence}` : `loses ${event.resource} fence ${event.fence}: ${event.why}`,
      );
    case "lock.counted":
      return { hosts: [event.agent], what: `holds ${event.resource} ${event.holds} times` };
    case "lock.upgraded":
      return { hosts: [event.agent], what: `has ${event.resource} exclusive now, fence ${event.newFence}` };
    case "lock.downgraded":
      return { hosts: [event.agent], what: `has ${event.resource} shared now, fence ${event.fence}` };
    case "lock.transferred":
      return {
        hosts: event.agent === event.toAgent ? [event.agent] : [event.agent, event.toAgent],
        what: `${event.resource} goes from ${event.agent} to ${event.toAgent}, fence ${event.newFence}`,
      };
    case "lock.dequeued":
      return by(event, `waits no more (request ${event.request}): ${event.why}`);
    case "wait.declared":
      return { hosts: [event.wait.agent], what: `waits for ${event.wait.what}` };
    case "wait.ended":
      return { hosts: [event.agent], what: "waits no more for what it had declared" };
    case "intent.announced":
      return { hosts: [event.intent.agent], what: `intends ${paths(event.intent.uses)}` };
    case "intent.committed":
      return { hosts: [event.agent], what: `commits to intent ${event.intent}` };
    case "intent.ended":
      return { hosts: [event.agent], what: `intent ${event.intent} ended: ${event.why}` };
    case "version.advanced":
      return { hosts: [event.agent], what: `wrote ${event.resource}, version ${event.version}` };
    case "version.conflicted":
      return { hosts: [event.agent], what: `came too late to ${event.resource}: ${event.winner} wrote first` };
    case "guard.refused":
      return { hosts: [event.agent], what: `write to ${event.resource} refused: fence ${event.fence}, seen ${event.highest}` };
    case "claim.refused":
      return { hosts: [event.agent], what: `claim of ${event.resource} fence ${event.fence} refused` };
    case "candidate.entered":
      return { hosts: [event.candidate.agent], what: `campaigns in ${event.group}` };
    case "candidate.left":
      return { hosts: [event.agent], what: `campaigns in ${event.group} no more: ${event.why}` };
    case "leader.elected": {
      const { leader, after } = event;
      const what = `leads ${event.group} in term ${leader.term}: ${leader.why}`;
      // Whom it follows on knows nothing of it but in a hand-over.
      if (after?.why === "handedOver") return { hosts: [after.agent, leader.agent], what: `${leader.agent} ${what}` };
      return by({ agent: leader.agent, actor: event.actor }, what);
    }
    case "leader.ended":
      return by(event, `leads ${event.group} no more: ${event.why}`);
    case "leader.proclaimed":
      return { hosts: [event.agent], what: `proclaims in ${event.group}: ${event.value}` };
    case "leader.refused":
      return { hosts: [event.agent], what: `refused as leader of ${event.group} in term ${event.term}` };
    case "ballot.voted":
      return { hosts: [event.agent], what: `votes ${event.yes ? "yes" : "no"} in ballot ${event.ballot} of ${event.group}` };
    case "message.sent":
      return event.agent === event.to
        ? { hosts: [event.agent], what: `tells itself ${event.kind}` }
        : { hosts: [event.agent, event.to], what: `${event.kind} from ${event.agent} to ${event.to}` };
    default:
      return undefined;
  }
}

function by(event: { readonly agent: string; readonly actor?: { readonly principal: string } | undefined }, what: string): HostWords {
  if (event.actor === undefined) return { hosts: [event.agent], what };
  // A principal's name may have spaces, a host's has none.
  return { hosts: [`operator:${event.actor.principal.replace(/\s+/g, "-")}`, event.agent], what };
}

function paths(wants: readonly Want[]): string {
  return wants.map((want) => (want.mode === "shared" ? `${want.resource} shared` : want.resource)).join(", ");
}
