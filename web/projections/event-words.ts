import { formatDuration } from "../../shared/analysis/words.ts";
import type { Event, EventOf } from "../../shared/model/index.ts";
import { electionSettingsWords, leaderEndWords } from "./election-words.ts";
import { faultLabel } from "./fault-words.ts";
import { findingKinds } from "./finding-words.ts";
import { settingsInWords } from "./settings-words.ts";

/** What an event says to an operator: what was done, and to what. */
export interface EventWords {
  readonly what: string;
  readonly subject: { readonly kind: "agent" | "resource" | "group"; readonly id: string } | undefined;
  readonly detail: string;
  readonly by: string;
  readonly reason: string;
}

/** The words of an event as the audit shows it. */
export function eventWords(event: Event): EventWords {
  const by = "actor" in event && event.actor !== undefined ? `${event.actor.principal} · ${event.actor.role}` : "by itself";
  const reason = ("reason" in event ? event.reason : undefined) ?? "";
  switch (event.type) {
    case "lock.released":
      return {
        what: event.why === "forced" ? "released by force" : `lock ended: ${event.why}`,
        subject: { kind: "resource", id: event.resource },
        detail: `${event.agent} lost fence ${event.fence}`,
        by,
        reason,
      };
    case "lock.dequeued":
      return {
        what: event.why === "victim" ? "gave way in a deadlock" : `wait ended: ${event.why}`,
        subject: { kind: "agent", id: event.agent },
        detail: `request ${event.request}`,
        by,
        reason,
      };
    case "session.ended":
      return {
        what: event.why === "expelled" ? "expelled" : `session ended: ${event.why}`,
        subject: { kind: "agent", id: event.agent },
        detail: `session ${event.session}`,
        by,
        reason,
      };
    case "resource.frozen":
      return { what: "frozen", subject: { kind: "resource", id: event.resource }, detail: "", by, reason };
    case "resource.thawed":
      return { what: "thawed", subject: { kind: "resource", id: event.resource }, detail: "", by, reason };
    case "resource.configured":
      return {
        what: event.settings === null ? "rule taken away" : "rule set",
        subject: { kind: "resource", id: event.pattern },
        detail: event.settings === null ? "" : settingsInWords(event.settings),
        by,
        reason,
      };
    case "guard.refused":
      return {
        what: "write refused",
        subject: { kind: "resource", id: event.resource },
        detail: `${event.agent} came with fence ${event.fence}, the guard had seen ${event.highest}`,
        by: "the guard",
        reason,
      };
    case "claim.refused":
      return {
        what: "false claim refused",
        subject: { kind: "resource", id: event.resource },
        detail: `${event.agent} claimed fence ${event.fence}, which is ${event.holder}'s`,
        by: "the engine",
        reason,
      };
    case "fault.began":
      return { what: "fault injected", subject: targetOf(event.fault.target), detail: faultLabel(event.fault), by, reason: event.fault.reason };
    case "fault.ended":
      return { what: `fault ended: ${event.why}`, subject: targetOf(event.target), detail: event.fault, by, reason };
    case "schedule.set": {
      const { schedule } = event;
      const detail = `${faultLabel(schedule)}, every ${formatDuration(schedule.everyMs)}`;
      return { what: "schedule of faults set", subject: targetOf(schedule.target), detail, by, reason: schedule.reason };
    }
    case "schedule.ended":
      return { what: `schedule of faults ${event.why}`, subject: undefined, detail: event.because, by, reason };
    case "recording.begun":
      return { what: "recording begun", subject: undefined, detail: `${event.recording.name}, from position ${event.recording.from}`, by, reason };
    case "recording.ended":
      return { what: "recording ended", subject: undefined, detail: `${event.recording}, at position ${event.to}`, by, reason };
    case "recording.changed":
      return { what: "recording changed", subject: undefined, detail: changedInWords(event), by, reason };
    case "recording.deleted":
      return { what: "recording deleted", subject: undefined, detail: `${event.name}: ${event.because}`, by, reason };
    case "finding.judged":
      return { what: event.verdict === "agree" ? "finding confirmed" : "finding: not an issue", subject: undefined, detail: event.finding, by, reason };
    case "finding.muted":
    case "finding.unmuted": {
      const what = event.type === "finding.muted" ? "muted" : "unmuted";
      return { what: `${findingKinds[event.kind].label} ${what}`, subject: { kind: "resource", id: event.pattern }, detail: "", by, reason };
    }
    case "livelock.resolved":
      return { what: "livelock: one goes first", subject: { kind: "agent", id: event.agent }, detail: event.why, by, reason };
    default:
      if ("group" in event) return { ...electionWords(event), subject: { kind: "group", id: event.group }, by, reason };
      return { what: event.type, subject: "agent" in event ? { kind: "agent", id: event.agent } : undefined, detail: "", by, reason };
  }
}

type ElectionEvent = Extract<Event, { group: string }>;

/** What happened in a group. */
function electionWords(event: ElectionEvent): Pick<EventWords, "what" | "detail"> {
  switch (event.type) {
    case "election.configured":
      return event.settings === null
        ? { what: "election: back to the defaults", detail: "" }
        : { what: "election set up", detail: electionSettingsWords(event.settings) };
    case "election.frozen":
      return { what: "election frozen", detail: "nobody new is elected" };
    case "election.thawed":
      return { what: "election thawed", detail: "" };
    case "candidate.blocked":
      return { what: "candidate blocked", detail: event.agent };
    case "candidate.unblocked":
      return { what: "candidate unblocked", detail: event.agent };
    case "leader.elected": {
      const { leader, after } = event;
      return { what: `leader: ${leader.agent}`, detail: `term ${leader.term}${after === undefined ? "" : ` after ${after.agent}`}. ${leader.because}` };
    }
    case "leader.ended":
      return { what: event.why === "deposed" ? "leader deposed" : "leader gone", detail: `${event.agent}, term ${event.term}: ${leaderEndWords[event.why]}` };
    case "leader.refused":
      return {
        what: "leader refused",
        detail: `${event.agent} came with term ${event.term}; ${event.leader ?? "nobody"} leads, the highest is ${event.current}`,
      };
    default:
      return { what: event.type, detail: "agent" in event ? event.agent : "" };
  }
}

function changedInWords({ recording, name, tags, pinned }: EventOf<"recording.changed">): string {
  const changes = [
    name === undefined ? [] : `named ${name}`,
    tags === undefined ? [] : `tagged ${tags.join(", ") || "with nothing"}`,
    pinned === undefined ? [] : pinned ? "pinned" : "no longer pinned",
  ].flat();
  return `${recording} ${changes.join(", ")}`;
}

/** A pattern of agents, or several, is no agent that one could look at. */
function targetOf(target: string): EventWords["subject"] {
  return /[*,]/.test(target) ? undefined : { kind: "agent", id: target };
}
