import type { z } from "zod";
import {
  defaultElectionSettings,
  type Election,
  type ElectionPolicy,
  type ElectionSettings,
  electionSettingsSchema,
  groupSchema,
} from "../../../shared/model/index.ts";
import { problemsOf } from "../../../shared/protocol/index.ts";
import { formatDuration } from "../../app/format.ts";

/** A number field while it is edited: empty is the empty string. */
type Typed = number | string;

/** What the form of a group's settings holds, as it was typed; times are in seconds. */
export interface SettingsDraft {
  readonly group: string;
  readonly policy: ElectionPolicy;
  readonly preempt: boolean;
  readonly window: Typed;
  readonly confirm: Typed;
  readonly delay: Typed;
  readonly members: string;
  readonly roles: string;
  readonly labels: string;
}

/** What is wrong with a draft, in words for beside each field. */
export type SettingsProblems = Readonly<Partial<Record<keyof SettingsDraft, string>>>;

/** What is set now, or the defaults, ready to be edited. */
export function draftOf(election: Election | undefined): SettingsDraft {
  const { policy, preempt, windowMs, confirmMs, delayMs, members, roles, labels } = election?.settings ?? defaultElectionSettings;
  return {
    group: election?.group ?? "",
    policy,
    preempt,
    window: windowMs / 1_000,
    confirm: confirmMs / 1_000,
    delay: delayMs / 1_000,
    members: members.join(", "),
    roles: roles.join(", "),
    labels: Object.entries(labels)
      .map(([label, value]) => `${label}=${value}`)
      .join(", "),
  };
}

/** The group and the settings that a draft comes to; or all that is wrong with it. */
export function settingsOf(draft: SettingsDraft): { readonly group: string; readonly settings: ElectionSettings } | { readonly problems: SettingsProblems } {
  const members = listed(draft.members);
  const roles = listed(draft.roles);
  const labels = listed(draft.labels);
  const group = groupSchema.safeParse(draft.group.trim());
  const settings = electionSettingsSchema.safeParse({
    policy: draft.policy,
    preempt: draft.preempt,
    windowMs: milliseconds(draft.window),
    confirmMs: milliseconds(draft.confirm),
    delayMs: milliseconds(draft.delay),
    members,
    roles,
    labels: Object.fromEntries(labels.filter((pair) => pair.includes("=")).map((pair) => pair.split(/=(.*)/s).slice(0, 2))),
  });
  const valueless = labels.find((pair) => !pair.includes("="));
  if (group.success && settings.success && valueless === undefined) return { group: group.data, settings: settings.data };
  return {
    problems: {
      ...(group.success ? {} : { group: draft.group.trim() === "" ? "Name the group, such as roles/merger." : said(group.error) }),
      ...(settings.success ? {} : settingProblems(settings.error, { members, roles })),
      ...(valueless === undefined ? {} : { labels: `${valueless} has no value: write ${valueless}=something.` }),
    },
  };
}

const fieldOf: Readonly<Record<string, keyof SettingsDraft>> = { windowMs: "window", confirmMs: "confirm", delayMs: "delay" };

/** The first problem of each field: a time in its own unit, a list with the word that is wrong. */
function settingProblems(error: z.ZodError, lists: Readonly<Record<string, readonly string[]>>): SettingsProblems {
  const problems: Record<string, string> = {};
  const messages = problemsOf(error);
  for (const [index, issue] of error.issues.entries()) {
    const [setting, at] = issue.path.map(String);
    const field = fieldOf[setting ?? ""] ?? setting ?? "";
    const wrong = at === undefined ? undefined : (lists[setting ?? ""]?.[Number(at)] ?? at);
    const message = messages[index]?.message ?? issue.message;
    problems[field] ??= setting !== undefined && setting in fieldOf ? timeWords(issue) : wrong === undefined ? message : `${wrong}: ${message}`;
  }
  return problems;
}

function timeWords(issue: z.core.$ZodIssue): string {
  if (issue.code === "too_small") return `Has to be at least ${formatDuration(Number(issue.minimum))}.`;
  if (issue.code === "too_big") return `Has to be at most ${formatDuration(Number(issue.maximum))}.`;
  return "Has to be a number of seconds.";
}

const said = (error: z.ZodError): string => problemsOf(error)[0]?.message ?? "not allowed";
const milliseconds = (value: Typed): number => Math.round(Number(value) * 1_000);
const listed = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== "");
