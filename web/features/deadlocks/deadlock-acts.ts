import type { DeadlockRecord, VictimCandidate } from "../../../shared/model/index.ts";
import { openAct } from "../acts/act-store.ts";

/** Opens the act that lets one of a cycle give way. */
export function openGiveWay(found: DeadlockRecord, { session, agent }: Pick<VictimCandidate, "session" | "agent">): void {
  const behind = found.cycle.filter((step) => step.on === session && step.kind === "lock");
  const next = behind.map((step) => `${step.agent} gets ${step.resource} then`).join(", and ");
  openAct({
    type: "ready",
    act: { type: "deadlock.resolve", deadlock: found.deadlock, victim: session },
    words: {
      title: `Let ${agent} give way`,
      meaning: `${agent} stops waiting, is told why, and has to give back what it holds and begin again${next === "" ? "" : `: ${next}`}. Its age stays, so it is not the first to give way the next time.`,
      confirm: `Let ${agent} give way`,
      done: `${agent} gave way: the others can go on.`,
      harmful: true,
    },
  });
}
