import type { Event } from "../../model/index.ts";
import type { CheckerFactory } from "./checker.ts";

/**
 * EL-2: terms and ballots rise with all fences of the space. EL-3: who leads under the present term may act as leader; of
 * everybody else nothing is taken, and it is written down.
 */
export const terms: CheckerFactory = (fail) => {
  let highest = 0n;
  const given = (what: string, number: string): void => {
    if (BigInt(number) <= highest) fail("EL-2", `${what} has number ${number}, but ${highest} was given before`);
  };
  return {
    begin({ lastFence }) {
      highest = BigInt(lastFence);
    },
    event(event, before, { events, command }) {
      if (event.type === "ballot.opened") given(`the ballot on ${event.ballot.agent} in ${event.group}`, event.ballot.ballot);
      if (event.type === "leader.elected" && before.groups.elections.get(event.group)?.ballot?.ballot !== event.leader.term)
        given(`the term of ${event.leader.agent} in ${event.group}`, event.leader.term);
      for (const number of numbersOf(event)) if (BigInt(number) > highest) highest = BigInt(number);
      const leader = "group" in event ? before.groups.elections.get(event.group)?.leader : undefined;
      if (event.type === "leader.proclaimed" && (leader?.session !== event.session || leader.term !== event.term))
        fail("EL-3", `${event.agent} proclaimed in ${event.group} under term ${event.term}, which it does not lead in`);
      if (event.type !== "leader.refused") return;
      if (leader?.session === event.session && leader.term === event.term)
        fail("EL-3", `${event.agent} was refused as leader of ${event.group} in term ${event.term}, which it is`);
      if (events.length > 1 || command?.from === "operator") fail("EL-3", `a refused leader came to ${events.map((one) => one.type).join(", ")}`);
    },
    step({ command, events }, after) {
      // Of what came before nothing has an event: a repeat may have its first answer again. An assertion has none.
      if (command?.from !== "agent" || command.command.type !== "election.assert" || events.length > 0 || !after.sessions.has(command.session)) return;
      const { group, term } = command.command;
      const leader = after.groups.elections.get(group)?.leader;
      if (leader?.session !== command.session || leader.term !== term)
        fail("EL-3", `${command.session} was not refused as leader of ${group} in term ${term}, which it does not lead in`);
    },
  };
};

function numbersOf(event: Event): string[] {
  switch (event.type) {
    case "lock.granted":
      return event.locks.map((lock) => lock.fence);
    case "lock.upgraded":
    case "lock.transferred":
      return [event.newFence];
    case "version.advanced":
      return [event.version];
    case "ballot.opened":
      return [event.ballot.ballot];
    case "leader.elected":
      return [event.leader.term];
    default:
      return [];
  }
}
