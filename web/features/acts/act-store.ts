import { notifications } from "@mantine/notifications";
import { createStore } from "zustand/vanilla";
import type { Lock, Settings } from "../../../shared/model/index.ts";
import type { State } from "../../../shared/state/state.ts";
import { selectionStore } from "../../stores/selection.ts";
import { worldStore } from "../../stores/world.ts";

/** An act that an operator is about to do: all but its reason. */
export type ActDraft =
  | { readonly type: "lock.forceRelease"; readonly locks: readonly Lock[] }
  | { readonly type: "session.expel"; readonly session: string; readonly agent: string }
  | { readonly type: "resource.freeze" | "resource.thaw"; readonly resource: string }
  | { readonly type: "resource.configure"; readonly pattern: string; readonly settings: Settings | null };

export const actStore = createStore<{ readonly draft: ActDraft | null }>(() => ({ draft: null }));

export function openAct(draft: ActDraft): void {
  actStore.setState({ draft });
}

export function closeAct(): void {
  actStore.setState({ draft: null });
}

/** Held locks on just this resource, or of this agent. */
export function releasable(state: State, thing: { readonly kind: string; readonly id: string }): Lock[] {
  if (thing.kind === "resource") {
    const locks: Lock[] = [];
    state.index.locks.some(thing.id, (lock) => {
      if (lock.resource === thing.id && lock.coolingUntilMs === undefined) locks.push(lock);
      return locks.length >= 100;
    });
    return locks;
  }
  if (thing.kind !== "agent") return [];
  const fences = state.bySession.get(state.agents.get(thing.id) ?? "")?.locks ?? [];
  return [...fences].slice(0, 100).flatMap((fence) => state.locks.get(fence) ?? []);
}

/** The key R: opens the release of what is selected, or says why there is nothing to release. */
export function openReleaseOfSelected(): void {
  const { state } = worldStore.getState();
  const { selected } = selectionStore.getState();
  const locks = state === null || selected === null ? [] : releasable(state, selected);
  if (locks.length > 0) openAct({ type: "lock.forceRelease", locks });
  else notifications.show({ message: selected === null ? "Select a resource or an agent first, then press R." : `Nothing is held by or on ${selected.id}.` });
}
