import { notifications } from "@mantine/notifications";
import { createStore } from "zustand/vanilla";
import type { Lock, Settings } from "../../../shared/model/index.ts";
import { isGlob, type State } from "../../../shared/state/index.ts";
import type { Act } from "../../connection/port.ts";
import { selectionStore } from "../../stores/selection.ts";
import { pastReason, showsPast, worldStore } from "../../stores/world.ts";

const releasableAtMost = 100;

/** An act that an operator is about to do: all but its reason. */
export type ActDraft =
  | { readonly type: "lock.forceRelease"; readonly locks: readonly Lock[] }
  | { readonly type: "session.expel"; readonly session: string; readonly agent: string }
  | { readonly type: "resource.freeze" | "resource.thaw"; readonly resource: string }
  | { readonly type: "resource.configure"; readonly pattern: string; readonly settings: Settings | null }
  /** Whole but for its reason; whoever opens it has its words. */
  | { readonly type: "ready"; readonly act: ReadyAct; readonly words: ActWords };

export type ReadyAct = Act extends infer A ? (A extends { reason: string } ? Omit<A, "reason"> : never) : never;

export interface ActWords {
  readonly title: string;
  /** What it does, before the server's preview says what that means now. */
  readonly meaning: string;
  readonly confirm: string;
  readonly done: string;
  /** Takes something away from somebody. */
  readonly harmful: boolean;
  /** Said instead of the preview where nobody's locks are touched. */
  readonly calm?: string;
}

export const actStore = createStore<{ readonly draft: ActDraft | null }>(() => ({ draft: null }));

export function openAct(draft: ActDraft): void {
  if (showsPast()) notifications.show({ message: pastReason });
  else actStore.setState({ draft });
}

export function closeAct(): void {
  actStore.setState({ draft: null });
}

/** Held locks on just this resource, or of this agent. */
export function releasable(state: State, thing: { readonly kind: string; readonly id: string }): Lock[] {
  if (thing.kind === "resource")
    return locksOn(state, thing.id)
      .filter(({ coolingUntilMs }) => coolingUntilMs === undefined)
      .slice(0, releasableAtMost);
  if (thing.kind !== "agent") return [];
  const fences = state.bySession.get(state.agents.get(thing.id) ?? "")?.locks ?? [];
  return [...fences].slice(0, releasableAtMost).flatMap((fence) => state.locks.get(fence) ?? []);
}

/** Locks whose resource is spelt just so: a glob's are found by overlap. */
function locksOn(state: State, resource: string): readonly Lock[] {
  if (!isGlob(resource)) return state.index.locks.at(resource);
  const locks: Lock[] = [];
  state.index.locks.some(resource, (lock) => lock.resource === resource && locks.push(lock) >= releasableAtMost);
  return locks;
}

/** The key R: opens the release of what is selected, or says why there is nothing to release. */
export function openReleaseOfSelected(): void {
  const { state } = worldStore.getState();
  const { selected } = selectionStore.getState();
  const locks = state === null || selected === null ? [] : releasable(state, selected);
  if (locks.length > 0) openAct({ type: "lock.forceRelease", locks });
  else notifications.show({ message: selected === null ? "Select a resource or an agent first, then press R." : `Nothing is held by or on ${selected.id}.` });
}
