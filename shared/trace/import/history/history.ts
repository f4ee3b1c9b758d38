import { TraceError } from "../../format/error.ts";
import type { HoldFound, Imported, WaitFound } from "../imported.ts";
import type { Source } from "../source/source.ts";
import type { Act } from "../space/acts.ts";
import { pathOf } from "../space/names.ts";
import { writeSpace } from "../space/writer.ts";
import { wordsOf } from "./edn.ts";
import { type Entry, entriesOf } from "./entries.ts";
import { callOf, operationsOf, type Pair, pairsOf } from "./operations.ts";

const stepNs = 1_000_000_000n;

/**
 * A history of operations by concurrent processes, as Jepsen, knossos and porcupine write and read them: registers (read,
 * write, cas), keys (get, put, append), locks (acquire, release). Processes are agents; a lock asked for is a wait, then a
 * hold until its release is asked for.
 */
export function importHistory(source: Source): Imported {
  const { problems } = source;
  const entries = entriesOf(source);
  if (entries.length === 0)
    throw new TraceError("There is no operation in it, such as {:process 0, :type :invoke, :f :read, :value nil} or a line of Jepsen's log.", { line: 1 });
  const pairs = pairsOf(entries, problems);
  const history = operationsOf(pairs, problems);
  const time = clockOf(entries);
  const { acts, waits, holds } = actsOf(pairs, time);
  const { events, names } = writeSpace(acts);
  const counts = new Map<string, number>();
  for (const { asked, answered } of pairs) counts.set(asked.process, (counts.get(asked.process) ?? 0) + (answered === undefined ? 1 : 2));
  const outcomes = (type: Entry["type"]): number => pairs.filter(({ answered }) => answered?.type === type).length;
  return {
    ...{ format: "history", events, agents: [...counts].map(([name, count]) => ({ id: names.idOf(name), name, events: count })), messages: [], spans: [] },
    ...{ waits, holds, waitFor: [], cycle: [], cycles: [], victim: null, problems: problems.all(), ...(history.length > 0 && { history }) },
    figures: {
      ...{ operations: pairs.length, checked: history.length, ok: outcomes("ok"), failed: outcomes("fail"), info: outcomes("info") },
      ...{ open: pairs.filter(({ answered }) => answered === undefined).length, keys: [...new Set(history.map((one) => one.key))] },
    },
  };
}

/** Time of the entry at a place: what the history says, when all of it does and never goes back; else a second for each. */
function clockOf(entries: readonly Entry[]): (at: number) => bigint {
  const told = entries.every((entry, at) => entry.ns !== undefined && (at === 0 || entry.ns >= (entries[at - 1]!.ns ?? 0n)));
  return (at) => (told ? (entries[at - 1]?.ns ?? 0n) : stepNs * BigInt(at));
}

function actsOf(pairs: readonly Pair[], time: (at: number) => bigint): { acts: Act[]; waits: WaitFound[]; holds: HoldFound[] } {
  const acts: Act[] = [];
  const waits: WaitFound[] = [];
  const holds: HoldFound[] = [];
  const held = new Map<string, { key: string; since: bigint }>();
  pairs.forEach((pair, number) => {
    const { asked, answered, askedAt, answeredAt } = pair;
    const agent = asked.process;
    const ns = time(askedAt);
    const doneNs = answeredAt === null ? undefined : time(answeredAt);
    const doing = `${asked.f} ${wordsOf(asked.key ?? asked.value)}`;
    acts.push({ ns, kind: "declare", agent, state: callOf(asked.f) === "acquire" ? "blocked" : "working", doing, progress: number + 1 });
    const lock = lockNameOf(pair);
    const resource = pathOf("lock", lock);
    const own = JSON.stringify([agent, lock]);
    if (callOf(asked.f) === "acquire") {
      const key = `hold-${number}`;
      acts.push({ ns, kind: "wait", key, agent, resource, mode: "exclusive", reason: "" });
      waits.push({ agent, resource: lock, sinceNs: String(ns), ...(doneNs !== undefined && { untilNs: String(doneNs) }), ended: answered?.type ?? "open" });
      if (doneNs !== undefined && answered?.type === "ok") {
        acts.push({ ns: doneNs, kind: "hold", key, agent, resource, mode: "exclusive", level: "sequenced", reason: "" });
        held.set(own, { key, since: doneNs });
      } else if (doneNs !== undefined) acts.push({ ns: doneNs, kind: "giveUp", key, why: answered?.type === "info" ? "deadline" : "cancelled" });
    } else if (callOf(asked.f) === "release" && answered?.type !== "fail") {
      const hold = held.get(own);
      held.delete(own);
      if (hold !== undefined) {
        acts.push({ ns, kind: "release", key: hold.key });
        holds.push({ agent, resource: lock, sinceNs: String(hold.since), untilNs: String(ns) });
      }
    }
    if (doneNs !== undefined) acts.push({ ns: doneNs, kind: "declare", agent, state: "idle", doing: `${answered!.type}: ${doing}`, progress: number + 1 });
  });
  const open = [...held].map(([own, { since }]): HoldFound => {
    const [agent, lock] = JSON.parse(own) as [string, string];
    return { agent, resource: lock, sinceNs: String(since) };
  });
  return { acts, waits, holds: [...holds, ...open] };
}

function lockNameOf({ asked: { key, value } }: Pair): string {
  const name = key ?? value;
  return name === null ? "lock" : wordsOf(name);
}
