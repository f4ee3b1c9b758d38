import { notifications } from "@mantine/notifications";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { isTarget, strikesServer } from "../../../shared/engine/faults/targets.ts";
import type { Fault, FaultKind } from "../../../shared/model/index.ts";
import { plural } from "../../app/format.ts";
import { type Act, port } from "../../connection/port.ts";
import { faultLabel } from "../../projections/fault-words.ts";
import { pastReason, showsPast, worldStore } from "../../stores/world.ts";

interface Faults {
  readonly faults: readonly Fault[];
  /** What the form of a new fault begins with; null while it is closed. */
  readonly draft: { readonly kind: FaultKind; readonly target: string; readonly peer?: string } | null;
}

const store = createStore<Faults>(() => ({ faults: [], draft: null }));
export const useFaults = (): readonly Fault[] => useStore(store, ({ faults }) => faults);
export const faultsNow = (): readonly Fault[] => store.getState().faults;
export const onFaults = (told: () => void): (() => void) => store.subscribe((now, before) => now.faults !== before.faults && told());
export const useFaultDraft = (): Faults["draft"] => useStore(store, ({ draft }) => draft);

export function openFaultForm(kind: FaultKind, target: string, peer?: string): void {
  if (showsPast()) notifications.show({ message: pastReason });
  else store.setState({ draft: { kind, target, ...(peer === undefined ? {} : { peer }) } });
}
export const closeFaultForm = (): void => store.setState({ draft: null });

/** The faults that one agent is under, in words; empty when it is under none. */
export function useFaultsOn(agent: string): string {
  return useStore(store, ({ faults }) => (faults.length === 0 ? "" : wordsOn(faults, agent)));
}

/** Is this agent among those that it strikes? A cut between two strikes both. */
export const strikesAgent = (fault: Fault, agent: string): boolean =>
  !strikesServer(fault) && (isTarget(fault.target, agent) || (fault.peer !== undefined && isTarget(fault.peer, agent)));

function wordsOn(faults: readonly Fault[], agent: string): string {
  return faults
    .filter((fault) => strikesAgent(fault, agent))
    .map(faultLabel)
    .join(", ");
}

/** Follows the faults of the space, for as long as the page lives: lamps ask this and not the whole world. */
export function watchFaults(): void {
  worldStore.subscribe(({ state }) => {
    const before = store.getState().faults;
    const now = state?.faults;
    if ((now?.size ?? 0) === before.length && before.every((fault) => now?.get(fault.fault) === fault)) return;
    store.setState({ faults: [...(now?.values() ?? [])] });
  });
}

/** Ends every fault and schedule at once, without a question: whoever presses it wants calm. */
export async function stopAllFaults(): Promise<void> {
  const { state, status } = worldStore.getState();
  // A fault may be what keeps the space from showing itself.
  if (state === null && status === "stopped") return stop({ type: "fault.stopAll", reason: "stop all, from the dashboard" }, "Stopped: every fault.");
  if (state === null || state.faults.size + state.schedules.size === 0) {
    notifications.show({ message: "No fault is active and no schedule is set." });
    return;
  }
  const what = [state.faults.size > 0 ? plural(state.faults.size, "fault") : "", state.schedules.size > 0 ? plural(state.schedules.size, "schedule") : ""];
  await stop({ type: "fault.stopAll", reason: "stop all, from the dashboard" }, `Stopped: ${what.filter((one) => one !== "").join(" and ")}.`);
}

export function stopFault(fault: Fault): Promise<void> {
  return stop({ type: "fault.stop", fault: fault.fault, reason: "stopped by hand" }, `Stopped: ${faultLabel(fault)}.`);
}

async function stop(act: Act, done: string): Promise<void> {
  const answer = await port().act(act);
  notifications.show(answer.ok ? { message: done } : { title: "Not stopped", message: answer.error.message, color: "red" });
}
