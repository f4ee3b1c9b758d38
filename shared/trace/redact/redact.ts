import type { Snapshot } from "../../model/index.ts";
import { type Digest, digest } from "../format/chain.ts";
import type { TraceHeader } from "../format/header.ts";
import type { Recorded, Trace } from "../format/trace.ts";
import { summarise, TraceWriter } from "../format/writer.ts";
import { fixedWords, type Redaction, type TextKind, textKinds } from "./kinds.ts";
import { Pseudonyms } from "./pseudonyms.ts";

/** Named among the rules of a copy in which the names do not match the patterns any more. */
export const patternsLostRule = "patterns";

const readAtOnce = 1_000;

/**
 * Writes a copy of a trace without what the rules name: names of agents and people, reasons, what agents say of themselves
 * (labels, roles, what they do), names of resources. The same text has everywhere the same pseudonym, and pseudonyms sort as
 * the texts did. The copy has a chain of its own, and names the hashes of what it is a copy of. Name, tags and notes of the
 * recording are left out. Returns the copy's header.
 */
export function redactTrace(trace: Trace, rules: readonly Redaction[], write: (text: string) => void, hash: Digest = digest): TraceHeader {
  const pseudonyms = new Pseudonyms(rules);
  const snapshot = trace.snapshot();
  // Once to learn what is there, once for the hashes that the header has, once to write.
  redactedSnapshot(snapshot, pseudonyms);
  for (const _ of redactedOf(trace, pseudonyms));
  pseudonyms.learned();
  const { base: originalBase, lastHash: originalLastHash } = trace.header;
  const base = hash(`redacted copy of ${originalLastHash}`);
  const summary = summarise(redactedOf(trace, pseudonyms), { base, from: trace.from, atMs: snapshot?.atMs, hash });
  const redacted = { rules: [...rules, ...(pseudonyms.patternsLost ? [patternsLostRule] : [])], originalBase, originalLastHash };
  const { format, version, engine, space } = trace.header;
  const header = { format, version, engine, space, name: "redacted copy", ...summary, tags: [], notes: [], redacted };
  const writer = new TraceWriter(header, redactedSnapshot(snapshot, pseudonyms), write);
  let batch: Recorded[] = [];
  for (const recorded of redactedOf(trace, pseudonyms)) {
    batch.push(recorded);
    if (batch.length < readAtOnce) continue;
    writer.add(batch);
    batch = [];
  }
  writer.add(batch);
  writer.end();
  return header;
}

function* redactedOf(trace: Trace, pseudonyms: Pseudonyms): Generator<Recorded> {
  for (let at = trace.from; at <= trace.to; at += readAtOnce) {
    for (const { body, command } of trace.recorded(at, at + readAtOnce - 1))
      yield { body: redactedJson(body, pseudonyms), command: command === undefined ? undefined : redactedJson(command, pseudonyms) };
  }
}

function redactedJson(text: string, pseudonyms: Pseudonyms): string {
  return JSON.stringify(redacted("", JSON.parse(text), pseudonyms));
}

function redactedSnapshot(snapshot: Snapshot | undefined, pseudonyms: Pseudonyms): Snapshot | undefined {
  if (snapshot === undefined) return undefined;
  const { answers, ...rest } = snapshot;
  const kept = answers.map(([sender, own]): Snapshot["answers"][number] => [
    pseudonyms.of("sender", sender),
    own.map(([id, result, atMs]) => [pseudonyms.of("commandId", id), redacted("", result, pseudonyms) as typeof result, atMs]),
  ]);
  return { ...(redacted("", rest, pseudonyms) as typeof rest), answers: kept };
}

/** The same value with every text replaced that its field makes one of ours. */
function redacted(field: string, value: unknown, pseudonyms: Pseudonyms): unknown {
  if (typeof value === "string") {
    const kind: TextKind | undefined = textKinds[field];
    return kind === undefined || fixedWords[field]?.has(value) === true ? value : pseudonyms.of(kind, value);
  }
  if (Array.isArray(value)) return value.map((item) => redacted(`${field}[]`, item, pseudonyms));
  if (typeof value !== "object" || value === null) return value;
  const isTable = field === "labels";
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) =>
      isTable ? [redacted("labels{key}", key, pseudonyms), redacted("labels{}", item, pseudonyms)] : [key, redacted(fieldOf(key, value), item, pseudonyms)],
    ),
  );
}

/** Types in which `to` is an agent; wherever else it stands it is a session or a position. */
const toAgents: ReadonlySet<unknown> = new Set(["lock.transfer", "election.handOver", "message.send", "message.sent"]);

/** Some words are names or what agents say in one place, and words of a fixed list or numbers in all others. */
function fieldOf(key: string, object: object): string {
  const type = "type" in object ? object.type : undefined;
  if (key === "to" && toAgents.has(type)) return "toAgent";
  if (key === "kind" && (type === "message.send" || type === "message.sent")) return "body";
  // Whose vote a candidate has.
  return key === "from" && "granted" in object ? "agent" : key;
}
