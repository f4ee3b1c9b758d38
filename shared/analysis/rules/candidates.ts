import type { Candidate, ElectionSettings, Session } from "../../model/index.ts";
import type { CheckerFactory, Fail } from "./checker.ts";
import { type GroupRecord, standingOf } from "./groups.ts";
import type { Ledger } from "./ledger.ts";

/**
 * EL-4: who leads or is voted on campaigns there, is here, and may lead; a vacancy goes to the policy's first. EL-12: who was
 * deposed stands back. EL-13: who is blocked is out.
 */
export const candidates: CheckerFactory = (fail) => ({
  event(event, before) {
    if (event.type === "candidate.entered") {
      const { group, candidate } = event;
      const record = before.groups.elections.get(group);
      if (record?.blocked.has(candidate.agent)) fail("EL-13", `${candidate.agent} campaigns in ${group}, where it is blocked`);
      const lacks = lacksOf(event.settings ?? record?.settings, before.sessions.get(candidate.session));
      if (lacks !== undefined) fail("EL-4", `${candidate.agent} campaigns in ${group}, but ${lacks}`);
    }
    const put = event.type === "leader.elected" ? event.leader : event.type === "ballot.opened" ? event.ballot : undefined;
    if (put === undefined || !("group" in event)) return;
    const record = before.groups.elections.get(event.group);
    const candidate = record?.candidates.get(put.session);
    if (record === undefined || candidate?.agent !== put.agent) return fail("EL-4", `${put.agent} does not campaign in ${event.group}`);
    may(fail, event.group, record, candidate, before);
    // Whom a quorum confirms was there alone, or named by who led, when its ballot was opened.
    const byOthers = event.type === "leader.elected" && ["appointed", "handedOver", "confirmed"].includes(event.leader.why);
    if (byOthers || (event.type === "ballot.opened" && record.leader !== undefined)) return;
    const standing = standingOf(record);
    if (!standing.includes(candidate)) fail("EL-12", `${put.agent} was deposed in ${event.group}, and comes before ${standing[0]?.agent}`);
    else if (event.type === "leader.elected" && event.leader.why === "vacant") first(fail, event.group, record, candidate);
  },
  step({ command, events }, after) {
    for (const event of events) {
      if (
        event.type === "candidate.blocked" &&
        [...(after.groups.elections.get(event.group)?.candidates.values() ?? [])].some(({ agent }) => agent === event.agent)
      )
        fail("EL-13", `${event.agent} is blocked in ${event.group} and still campaigns`);
      if (event.type !== "leader.ended" || event.why !== "deposed" || command === undefined) continue;
      const asked = command.from === "operator" && command.command.type === "election.depose" ? command.command : undefined;
      if (asked?.group !== event.group || asked.term !== event.term)
        fail("EL-12", `${event.agent} was deposed in term ${event.term} of ${event.group}, which nobody named`);
    }
  },
});

function may(fail: Fail, group: string, { settings, blocked }: GroupRecord, { session, agent }: Candidate, ledger: Ledger): void {
  const lacks = lacksOf(settings, ledger.sessions.get(session));
  if (lacks !== undefined) fail("EL-4", `${agent} is to lead ${group}, but ${lacks}`);
  if (blocked.has(agent)) fail("EL-13", `${agent} is to lead ${group}, where it is blocked`);
}

function lacksOf(settings: ElectionSettings | undefined, session: Session | undefined): string | undefined {
  if (session === undefined) return "it is not here";
  if (settings === undefined) return undefined;
  if (settings.roles.length > 0 && !session.roles.some((role) => settings.roles.includes(role))) return "it has none of the roles";
  const label = Object.entries(settings.labels).find(([name, value]) => !Object.hasOwn(session.labels, name) || session.labels[name] !== value);
  return label && `its label ${label[0]} is another`;
}

/** Is it whom the policy names for a vacancy? Windows are judged by EL-8, ballots by EL-11. */
function first(fail: Fail, group: string, record: GroupRecord, candidate: Candidate): void {
  const standing = standingOf(record);
  const { policy } = record.settings;
  if (policy === "firstCome" && standing[0] !== candidate) fail("EL-4", `${candidate.agent} leads ${group} before ${standing[0]?.agent}, who came first`);
  const above = standing.find(({ priority }) => priority > candidate.priority);
  if (policy === "priority" && above !== undefined) fail("EL-4", `${candidate.agent} leads ${group} before ${above.agent} of a higher priority`);
  if (policy === "operator" || policy === "quorum") fail("EL-4", `${candidate.agent} leads ${group} by itself under the policy ${policy}`);
}
