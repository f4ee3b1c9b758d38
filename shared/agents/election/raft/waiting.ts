import { plants } from "../../plants.ts";
import type { RaftNode, Waiting } from "./node.ts";
import type { Turn } from "./turn.ts";

/** Who asked is answered once this is applied here; `untilMs` as in `Waiting`. */
export function wait(turn: Turn, id: string, untilMs: number | null): void {
  const { waiting, settings } = turn.node;
  const isTimed = [...waiting.values()].some((known) => known.untilMs !== null);
  if (untilMs !== null && !isTimed) turn.put({ type: "timer", timer: "proposals", afterMs: settings.electionMs });
  turn.set({ waiting: new Map(waiting).set(id, { untilMs }) });
}

/** Answers those who wait for what was just applied here, each with its index. */
export function answerApplied(turn: Turn, applied: readonly (readonly [id: string, index: number])[]): void {
  const { waiting } = turn.node;
  const answered = new Map(applied.filter(([id]) => waiting.has(id)));
  if (answered.size === 0) return;
  for (const [id, index] of answered) turn.put({ type: "answer", id, value: String(index) });
  turn.set({ waiting: new Map([...waiting].filter(([id]) => !answered.has(id))) });
}

/** Gives up what was sent to the leader an election timeout ago; also what a clock that was set back would keep for longer. */
export function giveUpLate(turn: Turn): void {
  const { node, nowMs } = turn;
  const { electionMs } = node.settings;
  giveUp(turn, ({ untilMs }) => untilMs !== null && (untilMs <= nowMs || untilMs - nowMs > electionMs), "nothing was heard of it in time");
  const leftMs = [...turn.node.waiting.values()].flatMap(({ untilMs }) => (untilMs === null ? [] : [untilMs - nowMs]));
  if (leftMs.length > 0) turn.put({ type: "timer", timer: "proposals", afterMs: Math.min(...leftMs) });
}

/** At the end of a step: what was asked in a term that is over, or of a leader that leads no more, may be in a log that lives on, or be lost. */
export function endWaiting(turn: Turn, before: RaftNode): void {
  const { node } = turn;
  const isNewTerm = node.term > before.term && !plants.raftWaitsOn;
  const leadsNoMore = before.role === "leader" && node.role !== "leader";
  if (isNewTerm || leadsNoMore) giveUp(turn, () => true, isNewTerm ? `term ${before.term} is over` : "it no longer leads");
}

function giveUp(turn: Turn, isOver: (waiting: Waiting) => boolean, why: string): void {
  const { waiting } = turn.node;
  const over = [...waiting].filter(([, one]) => isOver(one));
  if (over.length === 0) return;
  for (const [id] of over) turn.put({ type: plants.raftUnknownRefused ? "refused" : "unknown", id, why });
  turn.set({ waiting: new Map([...waiting].filter(([, one]) => !isOver(one))) });
}
