import { checkHistory, HistoryError, modelOf } from "../histories/index.ts";
import type { Operation } from "../histories/operation.ts";
import type { Imported } from "./imported.ts";
import { usOf } from "./spans/figures.ts";

/**
 * What was found, as it is printed (`events` are entries of the file, `space_events` what was made of them): counts and lists of all formats, the figures of this one under the names that their
 * users have for them, and the verdict on operations. All of it is plain JSON.
 */
export function reportOf(imported: Imported): Record<string, unknown> {
  const { format, agents, messages, spans, waits, holds, leads, waitFor, cycle, cycles, victim, history, problems, figures } = imported;
  return {
    format,
    agents: agents.map(({ id, name, events }) => ({ id: name, events, ...(id !== name && { agent: id }) })),
    events: agents.reduce((sum, { events }) => sum + events, 0),
    space_events: imported.events.length,
    ...{ messages, span_list: spans.map((span) => ({ ...span, self_us: usOf(BigInt(span.selfNs)), duration_us: usOf(BigInt(span.durationNs)) })) },
    ...{
      waits,
      holds,
      ...(leads !== undefined && leads.length > 0 && { leads }),
      wait_for: format === "jvm" ? waitFor.map(([waiter, holder]) => [waiter, holder]) : waitFor,
      waitFor,
      cycle,
      cycles,
      victim,
    },
    ...figures,
    ...(history !== undefined && historyReport(history)),
    problems,
  };
}

function historyReport(history: readonly Operation[]): Record<string, unknown> {
  try {
    const verdict = checkHistory(history, modelOf(history));
    const wrong = verdict.keys.find((key) => key.ok === false);
    return {
      ...{ history: history.length, linearizable: verdict.ok, model: verdict.model, verdict: verdict.words, wrong_key: verdict.key },
      ...{
        checked_keys: verdict.keys.map(({ key, ok, operations }) => ({ key, ok, operations })),
        ...(wrong?.ok === false && { counterexample: wrong.counterexample }),
      },
    };
  } catch (error) {
    if (!(error instanceof HistoryError)) throw error;
    return { history: history.length, linearizable: null, verdict: error.message };
  }
}
