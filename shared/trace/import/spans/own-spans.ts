import { electedWhySchema, groupSchema, leaderEndWhySchema, levelSchema, termSchema } from "../../../model/index.ts";
import type { LedSpan, LockSpan, RawSpan } from "./raw-span.ts";

/** What a span of our own export says that it is; undefined where it says nothing of the kind. */
export function ownOf(attribute: (key: string) => string | undefined): Pick<RawSpan, "lock" | "lead"> | undefined {
  const lock = lockOf(attribute);
  const lead = ledOf(attribute);
  return lock === undefined && lead === undefined ? undefined : { lock, lead };
}

/** A span that our own export made of a wait or a hold says so in its attributes (shared/trace/export/attributes.ts). */
function lockOf(attribute: (key: string) => string | undefined): LockSpan | undefined {
  const kind = attribute("signalbox.kind");
  const resource = attribute("signalbox.resource");
  if ((kind !== "wait" && kind !== "hold") || resource === undefined) return undefined;
  const level = levelSchema.safeParse(attribute("signalbox.level"));
  return {
    ...{ kind, resource, mode: attribute("signalbox.mode") === "shared" ? "shared" : "exclusive", level: level.data ?? "sequenced" },
    ...{ reason: attribute("signalbox.reason") ?? "", request: attribute("signalbox.request"), ended: attribute("signalbox.ended") },
  };
}

/** A span that our own export made of a leadership; what is none of a group of ours is a span like any other. */
function ledOf(attribute: (key: string) => string | undefined): LedSpan | undefined {
  const group = groupSchema.safeParse(attribute("signalbox.group"));
  const term = termSchema.safeParse(attribute("signalbox.term"));
  if (attribute("signalbox.kind") !== "lead" || !group.success || !term.success) return undefined;
  const ended = attribute("signalbox.ended");
  return {
    ...{ group: group.data, term: term.data, why: electedWhySchema.catch("vacant").parse(attribute("signalbox.why")) },
    ...{ because: attribute("signalbox.because") ?? "", ended: ended === undefined ? undefined : leaderEndWhySchema.catch("resigned").parse(ended) },
  };
}
