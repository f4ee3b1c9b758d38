import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";

/** What can be selected. A lock or a wait is selected as its resource. */
export interface Selected {
  readonly kind: "agent" | "resource" | "group" | "intent" | "deadlock" | "finding";
  readonly id: string;
}

interface Selection {
  readonly selected: Selected | null;
  readonly hovered: Selected | null;
  /** On a narrow screen: the inspector is put away, so that what is selected can be seen. Another selection brings it back. */
  readonly putAway: boolean;
  putAwayInspector(away: boolean): void;
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
  putAway: false,
  putAwayInspector: (putAway) => set({ putAway }),
  select: (thing) => {
    if (!sameThing(get().selected, thing)) set({ selected: thing, putAway: false });
  },
  hover: (thing) => {
    if (!sameThing(get().hovered, thing)) set({ hovered: thing });
  },
}));

export function useSelection<T>(select: (selection: Selection) => T): T {
  return useStore(selectionStore, select);
}

/** What a thing on the panel needs to be selected and hovered wherever it is shown: what it is now, and what it does to the pointer. */
export function useThing(kind: Selected["kind"], id: string) {
  const thing = { kind, id };
  const selected = useSelection((selection) => sameThing(selection.selected, thing));
  const hovered = useSelection((selection) => sameThing(selection.hovered, thing));
  return {
    selected,
    select: () => {
      selectionStore.getState().select(thing);
      selectionStore.getState().putAwayInspector(false);
    },
    props: {
      "data-selected": selected || undefined,
      "data-hovered": hovered || undefined,
      onPointerEnter: () => selectionStore.getState().hover(thing),
      onPointerLeave: () => selectionStore.getState().hover(null),
    },
  };
}
