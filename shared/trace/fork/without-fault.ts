import { isTarget } from "../../engine/faults/index.ts";
import type { Fault } from "../../model/index.ts";
import type { OpenTrace } from "../seek/reader.ts";
import type { Scripts, Step } from "./scripts.ts";

/** Kinds that hold an agent up: without them the time that it lost is not lost. */
const holdsUp: readonly Fault["kind"][] = ["pause", "slow", "cut", "cutIn", "cutOut", "delay", "stallServer"];

/** The same scripts, had a fault not been injected: its command is left out, and whom it held up is not. */
export function withoutFault(scripts: Scripts, { trace, seeker }: OpenTrace, at: number, id: string): Scripts {
  const found = faultOf(trace, at, id);
  if (found === undefined) return scripts;
  const { fault, command } = found;
  const acts = scripts.acts.filter(({ act }) => act.from !== "operator" || act.command.id !== command);
  if (!holdsUp.includes(fault.kind)) return { ...scripts, acts };
  const end = seeker.at(trace.to);
  const endMs = end.faults.has(id) ? scripts.untilMs : Math.min(fault.untilMs, scripts.untilMs);
  const agents = agentsOf(scripts, { trace, seeker }, at);
  const steps = new Map<string, Step[]>();
  for (const [session, own] of scripts.steps) {
    const struck = fault.kind === "stallServer" || isTarget(fault.target, agents.get(session) ?? "");
    steps.set(session, struck ? own.map((step) => sooner(step, fault.sinceMs, endMs)) : own);
  }
  return { ...scripts, acts, steps };
}

/** The time between, without what the fault took of it. */
function sooner(step: Step, fromMs: number, toMs: number): Step {
  const sinceMs = step.atMs - step.thinkMs;
  const lostMs = Math.max(0, Math.min(step.atMs, toMs) - Math.max(sinceMs, fromMs));
  return lostMs === 0 ? step : { ...step, thinkMs: step.thinkMs - lostMs };
}

function faultOf(trace: OpenTrace["trace"], at: number, id: string): { fault: Fault; command: string | undefined } | undefined {
  for (let position = at + 1; position <= trace.to; position++) {
    const event = trace.eventAt(position);
    if (event.type === "fault.began" && event.fault.fault === id) return { fault: event.fault, command: event.cause?.id };
  }
  return undefined;
}

function agentsOf(scripts: Scripts, { seeker }: OpenTrace, at: number): Map<string, string> {
  const agents = new Map([...seeker.at(at).sessions.values()].map(({ session, agent }) => [session, agent]));
  for (const { act } of scripts.acts) if (act.from === "system" && act.command.type === "session.join") agents.set(act.command.session, act.command.agent);
  return agents;
}
