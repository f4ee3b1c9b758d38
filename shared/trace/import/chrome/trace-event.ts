import type { Json, JsonObject } from "../json/parse.ts";
import { objectOf, stringOf, wholeOf, wordOf } from "../json/read.ts";
import type { Problems } from "../problems.ts";

/** One entry of a trace, read as far as every phase has it. Times are nanoseconds. */
export interface TraceEvent {
  readonly ph: string;
  readonly name: string;
  readonly cat: string;
  readonly pid: string;
  readonly tid: string;
  readonly ns: bigint;
  readonly durNs: bigint | undefined;
  /** Its id with what it is unique in: everywhere, or in its process only (`id2.local`). */
  readonly id: string | undefined;
  /** The id as it is spelt. */
  readonly label: string | undefined;
  readonly json: JsonObject;
}

const microseconds = 3;
const known = "BEXiIRbneSTpFstfPCMNODvVc()=,a";

export function readEvent(value: Json, number: number, problems: Problems): TraceEvent | undefined {
  const json = objectOf(value);
  const ph = stringOf(json?.ph);
  if (json === undefined || ph === undefined || ph === "") {
    problems.add(`Entry ${number} is no object with a phase "ph" and was left out.`);
    return undefined;
  }
  if (ph.length !== 1 || !known.includes(ph)) {
    problems.add(`Entry ${number} has a phase ${ph} that the format does not know, and was left out.`);
    return undefined;
  }
  const ns = wholeOf(json.ts, microseconds);
  if (ns === undefined && ph !== "M") {
    problems.add(`Entry ${number} (${ph} ${stringOf(json.name) ?? ""}) has no time "ts" and was left out.`);
    return undefined;
  }
  const pid = wordOf(json.pid) ?? "0";
  const label = labelOf(json);
  return {
    ...{ ph, pid, tid: wordOf(json.tid) ?? pid, ns: ns ?? 0n, name: wordOf(json.name) ?? "", cat: wordOf(json.cat) ?? "", json, label },
    ...{ durNs: wholeOf(json.dur, microseconds), id: idOf(json, pid, label) },
  };
}

function labelOf(json: JsonObject): string | undefined {
  const id2 = objectOf(json.id2);
  return wordOf(json.id) ?? wordOf(id2?.global) ?? wordOf(id2?.local) ?? wordOf(id2);
}

function idOf(json: JsonObject, pid: string, label: string | undefined): string | undefined {
  if (label === undefined) return undefined;
  const local = json.id === undefined && objectOf(json.id2)?.local !== undefined;
  return JSON.stringify([local ? pid : "", wordOf(json.scope) ?? "", label]);
}
