import { useEffect } from "react";
import { createStore } from "zustand/vanilla";
import { openReleaseOfSelected } from "../features/acts/act-store.ts";
import { stopAllFaults } from "../features/faults/fault-store.ts";
import { toggleFollow } from "../features/timeline/live-view.ts";
import { quietGroup } from "../projections/tracks.ts";
import { preferencesStore } from "../stores/preferences.ts";
import { selectionStore } from "../stores/selection.ts";
import { filterInputId } from "./CommandBox.tsx";
import { type Search, useSetSearch, views } from "./search.ts";

interface Binding {
  readonly key: string;
  readonly shown: string;
  readonly does: string;
  run(setSearch: (values: Partial<Search>) => void): void;
}

export const keyListStore = createStore<{ opened: boolean }>(() => ({ opened: false }));

/** Keys that the whole dashboard has. What a view adds (the timeline's, the tables') it handles where it has the focus. */
export const bindings: readonly Binding[] = [
  { key: "/", shown: "/", does: "Filter", run: () => document.getElementById(filterInputId)?.focus() },
  { key: "g", shown: "G", does: "Graph layout", run: (set) => layout(set, "graph") },
  { key: "t", shown: "T", does: "Tracks layout", run: (set) => layout(set, "tracks") },
  ...views.map(
    (view, index): Binding => ({
      key: String(index + 1),
      shown: String(index + 1),
      does: `View: ${view}`,
      run: (set) => set({ view: view === "graph" ? undefined : view }),
    }),
  ),
  { key: "r", shown: "R", does: "Release what is selected…", run: openReleaseOfSelected },
  { key: "x", shown: "X", does: "Faults: stop all at once", run: () => void stopAllFaults() },
  { key: "e", shown: "E", does: "Tracks: open or fold quiet sections", run: () => preferencesStore.getState().toggleGroup(quietGroup) },
  { key: "l", shown: "L", does: "Timeline: follow the present, or stand still", run: toggleFollow },
  { key: "Escape", shown: "Esc", does: "Deselect", run: () => selectionStore.getState().select(null) },
  { key: "?", shown: "?", does: "This list", run: () => keyListStore.setState({ opened: true }) },
];

function layout(set: (values: Partial<Search>) => void, next: "graph" | "tracks"): void {
  preferencesStore.getState().set({ layout: next });
  set({ layout: next, view: undefined });
}

const inText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
/** A dialog, a menu or the palette has the keys to itself while it is open. */
const inDialog = (): boolean => document.querySelector('[role="dialog"], [role="menu"]') !== null;

export function useKeys(): void {
  const setSearch = useSetSearch();
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || inText(event.target) || inDialog()) return;
      const binding = bindings.find(({ key }) => key === event.key || key === event.key.toLowerCase());
      if (binding === undefined) return;
      event.preventDefault();
      binding.run(setSearch);
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [setSearch]);
}
