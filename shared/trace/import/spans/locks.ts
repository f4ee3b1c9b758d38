import { levelSchema } from "../../../model/index.ts";
import type { LockSpan } from "./raw-span.ts";

/** A span that our own export made of a wait or a hold says so in its attributes (shared/trace/export/attributes.ts). */
export function lockOf(attribute: (key: string) => string | undefined): LockSpan | undefined {
  const kind = attribute("signalbox.kind");
  const resource = attribute("signalbox.resource");
  if ((kind !== "wait" && kind !== "hold") || resource === undefined) return undefined;
  const level = levelSchema.safeParse(attribute("signalbox.level"));
  return {
    ...{ kind, resource, mode: attribute("signalbox.mode") === "shared" ? "shared" : "exclusive", level: level.data ?? "sequenced" },
    ...{ reason: attribute("signalbox.reason") ?? "", request: attribute("signalbox.request"), ended: attribute("signalbox.ended") },
  };
}
