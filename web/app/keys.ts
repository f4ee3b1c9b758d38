import { useEffect } from "react";
import { createStore } from "zustand/vanilla";
import { openReleaseOfSelected } from "../features/acts/act-store.ts";
import { stopAllFaults } from "../features/faults/fault-store.ts";
import { jump, loopBetween, markA, markB, openNote, stepAlongSelected } from "../features/replay/replay-acts.ts";
import { toggleFollow } from "../features/timeline/live-view.ts";
import { quietGroup } from "../projections/tracks.ts";
import { replay } from "../replay/replay.ts";
import { preferencesStore } from "../stores/preferences.ts";
import { selectionStore } from "../stores/selection.ts";
import { filterInputId } from "./CommandBox.tsx";
import { type Search, useSetSearch, viewKeys, views } from "./search.ts";

interface Binding {
  readonly key: string;
  readonly shown: string;
  readonly does: string;
  /** Where it makes a difference whether Shift is held. */
  readonly shift?: boolean;
  run(setSearch: (values: Partial<Search>) => void): void;
}

export const keyListStore = createStore<{ opened: boolean }>(() => ({ opened: false }));

/** Keys that the whole dashboard has. What a view adds (the timeline's, the tables') it handles where it has the focus. */
export const bindings: readonly Binding[] = [
  { key: "/", shown: "/", does: "Filter", run: () => document.getElementById(filterInputId)?.focus() },
  { key: "g", shown: "G", does: "Graph layout", run: (set) => layout(set, "graph") },
  { key: "t", shown: "T", does: "Tracks layout", run: (set) => layout(set, "tracks") },
  ...views.map(
    (view): Binding => ({
      key: viewKeys[view],
      shown: viewKeys[view].toUpperCase(),
      does: `View: ${view}`,
      run: (set) => set({ view: view === "graph" ? undefined : view }),
    }),
  ),
  { key: "r", shown: "R", does: "Release what is selected…", run: openReleaseOfSelected },
  { key: "x", shown: "X", does: "Faults: stop all at once", run: () => void stopAllFaults() },
  { key: "e", shown: "E", does: "Tracks: open or fold quiet sections", run: () => preferencesStore.getState().toggleGroup(quietGroup) },
  { key: " ", shown: "Space", does: "Stop the picture here; in the past: play and pause", run: () => replay.togglePlay() },
  { key: "ArrowLeft", shown: "←", does: "One event back", shift: false, run: () => replay.step(-1) },
  { key: "ArrowRight", shown: "→", does: "One event on", shift: false, run: () => replay.step(1) },
  { key: "ArrowLeft", shown: "Shift ←", does: "Back to an event of what is selected", shift: true, run: () => void stepAlongSelected(-1) },
  { key: "ArrowRight", shown: "Shift →", does: "On to an event of what is selected", shift: true, run: () => void stepAlongSelected(1) },
  { key: "p", shown: "P", does: "Previous anomaly, grant, fault: what the strip's menu says", run: () => jump(-1) },
  { key: "n", shown: "N", does: "Next anomaly, grant, fault", run: () => jump(1) },
  { key: "[", shown: "[", does: "Slower", run: () => replay.changeSpeed(-1) },
  { key: "]", shown: "]", does: "Faster", run: () => replay.changeSpeed(1) },
  { key: "a", shown: "A", does: "In the past: set A here", run: markA },
  { key: "b", shown: "B", does: "In the past: set B here, and see what changed since A", run: markB },
  { key: "o", shown: "O", does: "In the past: play from A to B again and again", run: loopBetween },
  { key: "m", shown: "M", does: "In the past: write a note here", run: openNote },
  {
    key: "l",
    shown: "L",
    does: "Back to live; while live: let the timeline follow or stand still",
    run: () => (replay.isLive ? toggleFollow() : replay.leave()),
  },
  { key: "Escape", shown: "Esc", does: "Deselect", run: () => selectionStore.getState().select(null) },
  { key: "?", shown: "?", does: "This list", run: () => keyListStore.setState({ opened: true }) },
];

function layout(set: (values: Partial<Search>) => void, next: "graph" | "tracks"): void {
  preferencesStore.getState().set({ layout: next });
  set({ layout: next, view: undefined });
}

const inText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
/** What Space presses. */
const isPressable = (target: EventTarget | null): boolean => target instanceof Element && target.closest("button, a, summary, [role=button]") !== null;
/** A dialog, a menu or the palette has the keys to itself while it is open. */
const inDialog = (): boolean => document.querySelector('[role="dialog"], [role="menu"]') !== null;

export function useKeys(): void {
  const setSearch = useSetSearch();
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || inText(event.target) || inDialog()) return;
      const binding = bindings.find(
        ({ key, shift }) => (key === event.key || key === event.key.toLowerCase()) && (shift === undefined || shift === event.shiftKey),
      );
      if (binding === undefined || (binding.key === " " && isPressable(event.target))) return;
      event.preventDefault();
      binding.run(setSearch);
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [setSearch]);
}
