import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";

/** What can be selected. A lock or a wait is selected as its resource. */
export interface Selected {
  readonly kind: "agent" | "resource" | "intent" | "deadlock" | "finding";
  readonly id: string;
}

interface Selection {
  readonly selected: Selected | null;
  readonly hovered: Selected | null;
  select(thing: Selected | null): void;
  hover(thing: Selected | null): void;
}

export function sameThing(left: Selected | null, right: Selected | null): boolean {
  return left === right || (left !== null && right !== null && left.kind === right.kind && left.id === right.id);
}

/** Selecting a thing anywhere selects it everywhere. `app/url-sync.ts` mirrors `selected` in the link. */
export const selectionStore = createStore<Selection>((set, get) => ({
  selected: null,
  hovered: null,
  select: (thing) => {
    if (!sameThing(get().selected, thing)) set({ selected: thing });
  },
  hover: (thing) => {
    if (!sameThing(get().hovered, thing)) set({ hovered: thing });
  },
}));

export function useSelection<T>(select: (selection: Selection) => T): T {
  return useStore(selectionStore, select);
}
