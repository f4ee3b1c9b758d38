import type { CheckerFactory } from "./checker.ts";

/**
 * EL-1: one leader at a time, each named when it begins and when it ends. EL-5: none of what a session had in groups outlives
 * it, and nobody else loses a place. EL-9: whom a leader hands over to follows it with nothing in between.
 */
export const leaders: CheckerFactory = (fail) => ({
  event(event, before, { command }) {
    if (event.type === "leader.elected") {
      const { group, leader, after } = event;
      const former = before.groups.elections.get(group)?.leader;
      if (former?.term !== after?.term || former?.session !== after?.session) {
        const said = after === undefined ? "nobody" : `${after.agent} in term ${after.term}`;
        fail(
          "EL-1",
          `${leader.agent} is elected in ${group} after ${said}, but ${former === undefined ? "nobody" : `${former.agent} in term ${former.term}`} leads`,
        );
      }
      const asked = command?.from === "agent" && command.command.type === "election.handOver" ? command : undefined;
      if (leader.why === "handedOver" && command !== undefined && (asked?.session !== after?.session || asked?.command.type !== "election.handOver"))
        fail("EL-9", `${group} was handed over to ${leader.agent}, which its leader did not ask for`);
      if (asked?.command.type === "election.handOver" && asked.command.group === group && leader.why === "handedOver" && asked.command.to !== leader.agent)
        fail("EL-9", `${group} was to go to ${asked.command.to} and went to ${leader.agent}`);
    }
    if (event.type === "leader.ended") {
      const leader = before.groups.elections.get(event.group)?.leader;
      if (leader?.term !== event.term || leader.session !== event.session)
        fail(
          "EL-1",
          `${event.agent} ends to lead ${event.group} in term ${event.term}, but ${leader === undefined ? "nobody leads" : `${leader.agent} leads in term ${leader.term}`}`,
        );
      if (command?.from === "agent" && command.command.type === "election.handOver") fail("EL-9", `nobody leads ${event.group} for a moment of its hand-over`);
    }
  },
  step({ events }, after) {
    if (!events.some((event) => event.type === "session.ended")) return;
    for (const [group, { candidates, leader, ballot }] of after.groups.elections) {
      const gone = [leader?.session, ballot?.session, ...candidates.keys()].find((session) => session !== undefined && !after.sessions.has(session));
      if (gone !== undefined) fail("EL-5", `${gone} is over and still has a place in ${group}`);
    }
    for (const event of events) {
      const isEnd =
        event.type === "candidate.left" && (event.why === "expired" || event.why === "left" || event.why === "expelled" || event.why === "replaced");
      if (isEnd && after.sessions.has(event.session)) fail("EL-5", `${event.agent} left ${event.group} as ${event.why}, and is still here`);
    }
  },
});
