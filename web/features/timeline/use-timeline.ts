import { type RefObject, useEffect, useRef, useState } from "react";
import { useFilter, useLanes, useRange } from "../../app/search.ts";
import { readTokens, useScheme } from "../../app/theme.ts";
import { eventsBetween } from "../../projections/lanes.ts";
import { laneTable } from "../../projections/lanes-model.ts";
import { nowMs } from "../../stores/clock.ts";
import { cursorStore } from "../../stores/cursor.ts";
import { selectionStore } from "../../stores/selection.ts";
import { worldStore } from "../../stores/world.ts";
import { feed, initialInputs } from "./feed.ts";
import { laneFilter } from "./lane-filter.ts";
import { lanesStore, loadOlder, watchLanes } from "./lanes-store.ts";
import { type Scene, scaleOf } from "./scene.ts";
import { TimelineView } from "./timeline-view.ts";

/** What the header and the table for screen readers say; renewed a few times a second at most. */
export interface Summary {
  readonly fromMs: number;
  readonly toMs: number;
  readonly zoneMs: number;
  readonly events: number;
  readonly folded: boolean;
  readonly logical: boolean;
  readonly whole: boolean;
  readonly follow: boolean;
  /** Whether anything at all is known, and whether the filter leaves anything of it. */
  readonly known: boolean;
  readonly lanes: number;
}

const summaryEveryMs = 250;
const linkAfterMs = 400;
/** The connection fills the recent past by itself at first: only when that has settled is more asked for. */
const settledMs = 800;
const filterEveryMs = 1_000;

interface Elements {
  readonly region: RefObject<HTMLElement | null>;
  readonly canvas: RefObject<HTMLCanvasElement | null>;
}

/** Ties the drawing to the stores, the link and the theme. `painted` is called after every picture. */
export function useTimeline(
  { region, canvas }: Elements,
  { folded, hidesQuiet }: { readonly folded: boolean; readonly hidesQuiet: boolean },
  painted: (scene: Scene) => void,
): { view: TimelineView | null; summary: Summary | null } {
  const [view, setView] = useState<TimelineView | null>(null);
  const [summary, setSummary] = useState<Summary | null>(null);
  const [by] = useLanes();
  const [range, setRange] = useRange();
  const filter = useFilter();
  const scheme = useScheme();
  const written = useRef("");
  const latest = useRef({ painted, setRange });
  latest.current = { painted, setRange };

  useEffect(() => {
    if (canvas.current === null || region.current === null) return;
    let linkTimer: ReturnType<typeof setTimeout> | undefined;
    let summaryTimer: ReturnType<typeof setTimeout> | undefined;
    let olderTimer: ReturnType<typeof setTimeout> | undefined;
    let settled: { from: number | undefined; sinceMs: number } = { from: undefined, sinceMs: 0 };

    const summarise = () => {
      summaryTimer = undefined;
      if (created.scene !== undefined) setSummary(summaryOf(created.scene, created));
    };
    const created = new TimelineView(canvas.current, region.current, nowMs, initialInputs(), {
      painted: (scene) => {
        latest.current.painted(scene);
        summaryTimer ??= setTimeout(summarise, summaryEveryMs);
        const before = settled;
        settled = askForOlder(scene, settled);
        // A picture that stands still is looked at once more.
        if (settled !== before) {
          clearTimeout(olderTimer);
          olderTimer = setTimeout(() => created.invalidate(), settledMs + summaryEveryMs);
        }
      },
      moved: () => {
        clearTimeout(linkTimer);
        linkTimer = setTimeout(() => {
          const shown = shownRange(created);
          written.current = rangeText(shown);
          latest.current.setRange(shown);
        }, linkAfterMs);
      },
    });
    const observer = new ResizeObserver(() => created.invalidate());
    observer.observe(region.current);
    const stops = [watchLanes(), feed(created), () => observer.disconnect(), () => created.stop()];
    setView(created);
    return () => {
      clearTimeout(linkTimer);
      clearTimeout(summaryTimer);
      clearTimeout(olderTimer);
      for (const stop of stops) stop();
    };
  }, [canvas, region]);

  useEffect(() => view?.set({ folded, hidesQuiet }), [view, folded, hidesQuiet]);
  useEffect(() => {
    view?.set({ by });
    const { selected } = selectionStore.getState();
    if (selected?.kind === by) view?.scrollToLane(selected.id);
  }, [view, by]);
  useEffect(() => {
    // The provider writes the scheme on the document before effects run.
    if (scheme !== undefined) view?.set({ tokens: readTokens() });
  }, [view, scheme]);
  useEffect(() => {
    if (view === null) return;
    const apply = () => view.set({ shows: filter.active ? laneFilter(filter, by, worldStore.getState().state, nowMs()) : null });
    apply();
    if (!filter.active) return;
    const timer = setInterval(apply, filterEveryMs);
    return () => clearInterval(timer);
  }, [view, filter, by]);
  useEffect(() => {
    if (view === null || rangeText(range) === written.current) return;
    written.current = rangeText(range);
    view.restore(range);
  }, [view, range]);

  return { view, summary };
}

/** In a whole trace its index counts them, on this page without asking for any. */
function countBetween(fromMs: number, toMs: number, whole: boolean): number {
  if (!whole) return eventsBetween(lanesStore.getState().lanes, fromMs, toMs);
  const { index } = cursorStore.getState();
  return index.positionAtTime(toMs) - index.positionAtTime(fromMs - 1);
}

function summaryOf(scene: Scene, view: TimelineView): Summary {
  const { lanes, axis, zoneMs, nowMs, whole, untilMs } = scene;
  const { leftMs, rightMs } = scaleOf(scene);
  const fromMs = Math.round(whole ? Math.max(leftMs, lanes.firstMs) : leftMs);
  const shownUntilMs = whole ? Math.min(rightMs, untilMs) : view.viewport.follow ? nowMs : rightMs;
  const toMs = Math.round(Math.max(fromMs, shownUntilMs));
  const folded = axis.cuts.some((cut) => cut.toMs > fromMs && cut.fromMs < toMs);
  const known = laneTable(lanes, scene.by).order.length > 0;
  return {
    fromMs,
    toMs,
    zoneMs,
    events: countBetween(fromMs, toMs, whole),
    folded,
    logical: scene.logical,
    whole,
    follow: view.viewport.follow,
    known,
    lanes: scene.layout.lanes.length,
  };
}

/** By this computer's clock: in the past the fleet's may stand still. */
function askForOlder(scene: Scene, settled: { from: number | undefined; sinceMs: number }): { from: number | undefined; sinceMs: number } {
  const { lanes } = scene;
  // All of a trace comes by itself.
  if (scene.whole) return settled;
  if (lanes.fromPosition !== settled.from) return { from: lanes.fromPosition, sinceMs: performance.now() };
  if (performance.now() - settled.sinceMs > settledMs && scene.axis.msAt(scene.edges.left) < lanes.firstMs && lanesStore.getState().older === "more")
    void loadOlder();
  return settled;
}

function shownRange(view: TimelineView): { fromMs: number; toMs: number } | null {
  if (view.isUsual || view.scene === undefined) return null;
  const { leftMs, rightMs } = scaleOf(view.scene);
  return { fromMs: leftMs, toMs: rightMs };
}

function rangeText(range: { readonly fromMs: number; readonly toMs: number } | null): string {
  return range === null ? "" : `${Math.round(range.fromMs)}..${Math.round(range.toMs)}`;
}
