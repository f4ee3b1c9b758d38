import { formatDuration } from "../../shared/analysis/words.ts";
import { leaderEndWords } from "./election-words.ts";
import { clockText } from "./lanes-axis.ts";
import type { LaneView, Segment } from "./lanes-model.ts";
import { termOf } from "./lanes-nodes.ts";
import { firstStartingFrom } from "./lanes-rows.ts";

/** Who held the resource next: known from the resource's own lane. */
export function nextHolder(lane: LaneView | undefined, segment: Segment): string | undefined {
  let next: Segment | undefined;
  for (const row of lane?.bars ?? []) {
    for (let at = firstStartingFrom(row, segment.endMs); at < row.length; at++) {
      const later = row.at(at) as Segment;
      if (later === segment || !isHold(later)) continue;
      if (next === undefined || later.startMs < next.startMs) next = later;
      break;
    }
  }
  return next?.agent ?? undefined;
}

export function isHold(segment: Segment): boolean {
  return segment.kind === "held-exclusive" || segment.kind === "held-shared" || segment.kind === "advisory" || segment.kind === "optimistic";
}

/** A segment in words: `w3 held repo/src/a.ts exclusively for 4 min 12 s, fence 1187; then w1`. */
export function segmentWords(segment: Segment, nowMs: number, zoneMs: number, next?: string): string {
  const now = segment.end === undefined;
  const lasted = lastedWords(segment, nowMs, zoneMs);
  const what = resourcesWords(segment.resources);
  const who = segment.agent ?? "";
  switch (segment.kind) {
    case "held-exclusive":
    case "held-shared":
    case "advisory":
    case "optimistic": {
      const fence = segment.fence === null ? "" : `, fence ${segment.fence}`;
      return `${who} ${now ? "holds" : "held"} ${what}${howHeld(segment)} ${lasted}${fence}${holdEnd(segment, next)}`;
    }
    case "waiting":
      return `${who} ${now ? "waits" : "waited"} ${lasted}${what === "" ? "" : ` for ${what}`}${waitEnd(segment)}`;
    case "cooling":
      return `${what} ${now ? "cools" : "cooled"} down ${lasted}${who === "" ? "" : ` after ${who} lost it`}${now ? ": nobody is granted it yet" : ""}`;
    case "intent":
      return intentWords(segment, nowMs, zoneMs);
    case "disconnected":
      return `${who} ${now ? "is" : "was"} disconnected ${lasted}`;
    case "frozen":
      return `${what} ${now ? "is" : "was"} frozen ${lasted}${segment.reason === "" ? "" : `: ${segment.reason}`}`;
    case "fault": {
      const ended = segment.end === "stopped" ? ", then stopped" : segment.end === "healed" ? ", then it healed" : "";
      return `${segment.label} ${lasted}${ended}${segment.reason === "" ? "" : `; ${segment.reason}`}`;
    }
    case "deadlock":
      return `deadlock ${lasted}${now ? "" : ", then resolved"}${segment.reason === "" ? "" : `: ${segment.reason}`}`;
    case "leads":
      return `${who} ${now ? "leads" : "led"} ${what} ${lasted}, term ${termOf(segment)}${now ? "" : `; ${leadEnd(segment)}`}`;
    case "vacant":
      return `nobody ${now ? "leads" : "led"} ${what} ${lasted}`;
    case "ballot":
      return `ballot on ${who} in ${what} ${lasted}${ballotEnd(segment)}`;
    case "crowd":
      return `up to ${segment.count} more at once ${lasted}`;
  }
}

function lastedWords(segment: Segment, nowMs: number, zoneMs: number): string {
  if (!segment.startKnown)
    return `since before ${clockText(segment.startMs, zoneMs)}${segment.end === undefined ? "" : `, until ${clockText(segment.endMs, zoneMs)}`}`;
  return `for ${formatDuration((segment.end === undefined ? nowMs : segment.endMs) - segment.startMs)}`;
}

function resourcesWords(resources: readonly string[]): string {
  const [first, second, ...rest] = resources;
  if (first === undefined) return "";
  if (second === undefined) return first;
  return rest.length === 0 ? `${first} and ${second}` : `${first} and ${rest.length + 1} more`;
}

function howHeld(segment: Segment): string {
  if (!segment.startKnown) return "";
  if (segment.kind === "held-exclusive") return " exclusively";
  return segment.kind === "held-shared" ? " shared" : ` at level ${segment.kind}`;
}

function holdEnd(segment: Segment, next: string | undefined): string {
  const then = next === undefined ? "" : `; then ${next}`;
  switch (segment.end) {
    case "expired":
      return `, until its lease expired${then}`;
    case "forced":
      return `, until an operator released it${then}`;
    case "expelled":
      return `, until it was expelled${then}`;
    case "overheld":
      return `, longer than allowed${then}`;
    case "replaced":
      return `, until a newer session replaced it${then}`;
    case "transferred":
      return `, then handed over${next === undefined ? "" : ` to ${next}`}`;
    case "upgraded":
      return ", then upgraded";
    case "downgraded":
      return ", then downgraded to shared";
    default:
      return then;
  }
}

function waitEnd(segment: Segment): string {
  switch (segment.end) {
    case undefined:
      return "";
    case "granted":
      return ", then got it";
    case "deadline":
      return ", then gave up at its deadline";
    case "cancelled":
      return ", then cancelled";
    default:
      return ", in vain";
  }
}

function leadEnd({ end }: Segment): string {
  const words: Readonly<Record<string, string>> = leaderEndWords;
  return words[end ?? ""] ?? "over";
}

function ballotEnd({ end }: Segment): string {
  switch (end) {
    case undefined:
      return "";
    case "elected":
      return ", then elected";
    case "refused":
      return ", then refused";
    case "timeout":
      return ", too few answered";
    case "nomineeGone":
      return ", then it was gone";
    default:
      return ", then overtaken";
  }
}

function intentWords(segment: Segment, nowMs: number, zoneMs: number): string {
  const window = `from ${clockText(segment.startMs, zoneMs)} to ${clockText(segment.endMs, zoneMs)}`;
  const soon = segment.startMs > nowMs && segment.end === undefined ? `, in ${formatDuration(segment.startMs - nowMs)}` : "";
  const ended = segment.end === undefined ? "" : `, ${segment.end === "sessionEnded" ? "ended with its session" : segment.end}`;
  return `${segment.agent} ${segment.end === undefined ? "intends" : "intended"} ${resourcesWords(segment.resources)} ${window}${soon}${ended}: ${segment.reason}`;
}
