import type { NodeView } from "../../model/index.ts";
import type { Output } from "../machine.ts";

/** What a node will do by itself when nothing happens before. The classic protocols wait for one thing at a time. */
export interface Alarm {
  readonly what: string;
  readonly dueMs: number;
  readonly spanMs: number;
}

type TimerOutput = Extract<Output<never, never>, { type: "timer" }>;

/** The alarm that a node now has, and what to do with the timers when it had another one before. */
export function arm(before: Alarm | undefined, what: string, spanMs: number, nowMs: number): { alarm: Alarm; outputs: readonly TimerOutput[] } {
  const alarm = { what, dueMs: nowMs + spanMs, spanMs };
  const set: TimerOutput = { type: "timer", timer: what, afterMs: spanMs };
  return { alarm, outputs: before === undefined || before.what === what ? [set] : [{ type: "timer", timer: before.what, afterMs: null }, set] };
}

export function alarmView(alarm: Alarm | undefined, nowMs: number): NodeView["timer"] {
  if (alarm === undefined) return undefined;
  return { what: alarm.what, leftMs: Math.max(0, alarm.dueMs - nowMs), spanMs: alarm.spanMs };
}
