import type { LockSpan } from "../spans/raw-span.ts";

/** A span that our own export made of a wait or a hold says so in its attributes. */
export function lockOf(attribute: (key: string) => string | undefined): LockSpan | undefined {
  const kind = attribute("signalbox.kind");
  const resource = attribute("signalbox.resource");
  if ((kind !== "wait" && kind !== "hold") || resource === undefined) return undefined;
  const ended = attribute("signalbox.ended");
  return { kind, resource, mode: attribute("signalbox.mode") === "shared" ? "shared" : "exclusive", ...(ended !== undefined && { ended }) };
}
