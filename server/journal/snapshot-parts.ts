import { type Snapshot, snapshotSchema } from "../../shared/model/index.ts";
import type { SnapshotPart } from "./checkpoint-table.ts";

/**
 * A snapshot of thousands of agents is megabytes of JSON. It is encoded a slice at a time, so that whoever iterates can
 * let others go first between two parts.
 */
export function* snapshotParts(snapshot: Snapshot, charsPerPart: number): Generator<SnapshotPart> {
  const single: Record<string, unknown> = {};
  for (const [section, value] of Object.entries(snapshot)) {
    if (Array.isArray(value)) yield* listParts(section, value, charsPerPart);
    else single[section] = value;
  }
  yield { section: "", body: JSON.stringify(single) };
}

function* listParts(section: string, records: readonly unknown[], charsPerPart: number): Generator<SnapshotPart> {
  let encoded: string[] = [];
  let chars = 0;
  for (const record of records) {
    const text = JSON.stringify(record);
    encoded.push(text);
    chars += text.length;
    if (chars < charsPerPart) continue;
    yield { section, body: `[${encoded.join(",")}]` };
    encoded = [];
    chars = 0;
  }
  yield { section, body: `[${encoded.join(",")}]` };
}

const checkedSchema = snapshotSchema.omit({ answers: true });

/**
 * Puts the parts together again. Throws when they are no snapshot that this version reads. The answers, which can be many
 * times all the rest and would make up most of a start, are taken as they are: their content hash and its signature were
 * checked where they were read.
 */
export function snapshotFrom(parts: readonly SnapshotPart[]): Snapshot {
  const lists = new Map<string, unknown[]>();
  let single: unknown = {};
  for (const part of parts) {
    const value: unknown = JSON.parse(part.body);
    if (part.section === "") {
      single = value;
      continue;
    }
    const list = lists.get(part.section) ?? [];
    if (Array.isArray(value)) for (const record of value) list.push(record);
    lists.set(part.section, list);
  }
  const answers = (lists.get("answers") ?? []) as Snapshot["answers"];
  lists.delete("answers");
  return { ...checkedSchema.parse({ ...(single as object), ...Object.fromEntries(lists) }), answers };
}
