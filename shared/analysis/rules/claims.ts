import type { CheckerFactory } from "./checker.ts";

const commands = ["lock.release", "lock.upgrade", "lock.downgrade", "lock.transfer"];

/** FI-5: a claim on another's lock under its present fence is written down, and changes nothing. */
export const claims: CheckerFactory = (fail) => ({
  event(event, before, { command, events }) {
    if (event.type !== "claim.refused") return;
    const lock = before.locks.get(event.fence);
    if (lock === undefined || lock.session === event.session || lock.agent !== event.holder)
      fail("FI-5", `${event.agent} is said to claim ${event.resource} with fence ${event.fence} of ${event.holder}, which is not so`);
    if (events.length > 1 || command?.from === "operator") fail("FI-5", `a refused claim came to ${events.map((one) => one.type).join(", ")}`);
  },
  step({ command, events }, after) {
    if (command?.from !== "agent" || !commands.includes(command.command.type) || !("fence" in command.command)) return;
    const { resource, fence } = command.command;
    const lock = after.locks.get(fence);
    const isFalse = lock !== undefined && lock.resource === resource && lock.session !== command.session && lock.coolingUntilMs === undefined;
    if (isFalse && after.sessions.has(command.session) && events.length === 0)
      fail("FI-5", `${command.session} claimed ${resource} with fence ${fence} of ${lock.agent}, and nothing was written down`);
  },
});
