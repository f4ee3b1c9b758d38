import { useEffect, useMemo, useRef, useState } from "react";
import { agentFacts } from "../../app/filter.ts";
import { useFilter } from "../../app/search.ts";
import { groupFacts, statusOf } from "../../projections/elections.ts";
import type { GraphChange } from "../../projections/graph-model.ts";
import { type GroupNode, isCooling, type ResourceNode } from "../../projections/graph-nodes.ts";
import { quietGroup, type TracksItem, type TracksOptions, TracksPanel } from "../../projections/tracks.ts";
import { nowMs } from "../../stores/clock.ts";
import { preferencesStore, usePreferences } from "../../stores/preferences.ts";
import { useSelection } from "../../stores/selection.ts";
import { worldStore } from "../../stores/world.ts";
import { useAlerts } from "../graph/alerts.ts";
import { liveModel } from "../graph/live-model.ts";

/** Rows that come are shown at most this often; counts, bands and folds are looked at on the slower beat. */
const comingMs = 200;
const beatMs = 1_000;
const openedPrefix = "tracks:open:";

export type Columns = readonly (readonly TracksItem[])[];

/** The panel's lines, kept up with the world. The columns are the same objects while nothing on the panel moves. */
export function useTracks(columns: 1 | 2, lampsPerRow: number): Columns {
  const filter = useFilter();
  const alerts = useAlerts();
  const selected = useSelection((selection) => selection.selected);
  const folded = usePreferences((preferences) => preferences.foldedGroups);
  const [shown, setShown] = useState<Columns>([]);
  const panel = useRef<{ model: typeof liveModel.model; panel: TracksPanel } | null>(null);

  const options = useMemo((): Omit<TracksOptions, "nowMs"> => {
    const { state } = worldStore.getState();
    const filtering = {
      agent: ({ session }: { session: Parameters<typeof agentFacts>[1] }) => state !== null && filter.agent(agentFacts(state, session)),
      resource: (node: ResourceNode) => filter.resource(resourceFacts(node)),
      group: (node: GroupNode) => filter.resource(groupFacts({ key: node.name, status: statusOf(node.election, undefined), ...node })),
    };
    return {
      columns,
      lampsPerRow,
      opened: new Set(folded.filter((id) => id.startsWith(openedPrefix)).map((id) => id.slice(openedPrefix.length))),
      unfolded: folded.includes(quietGroup),
      alerts: new Set(alerts.agents.keys()),
      ...(selected === null ? {} : { selected }),
      ...(filter.active ? { filter: filtering } : {}),
    };
  }, [columns, lampsPerRow, folded, filter, alerts, selected]);

  useEffect(() => {
    let dirty = true;
    let arrangedMs = Number.NEGATIVE_INFINITY;
    /** A space that was just opened has a model of its own, and so a panel of its own that first takes in all of it. */
    const follow = (change: GraphChange): boolean => {
      const { model } = liveModel;
      const fresh = panel.current?.model !== model;
      if (panel.current === null || fresh) panel.current = { model, panel: new TracksPanel() };
      return panel.current.panel.follow(model, fresh ? { added: new Set(everyId()), removed: new Set(), changed: new Set() } : change, nowMs());
    };
    const arrange = () => {
      dirty = false;
      arrangedMs = performance.now();
      const next = panel.current?.panel.arrange(liveModel.model, { ...options, nowMs: nowMs() }) ?? [];
      setShown((before) => (sameColumns(before, next) ? before : next));
    };
    const stop = liveModel.subscribe((change) => {
      if (follow(change)) dirty = true;
      if (dirty && performance.now() - arrangedMs >= comingMs) arrange();
    });
    follow({ added: new Set(), removed: new Set(), changed: new Set() });
    arrange();
    const beat = setInterval(arrange, beatMs);
    return () => {
      stop();
      clearInterval(beat);
    };
  }, [options]);
  return shown;
}

export function toggleOpened(group: string): void {
  preferencesStore.getState().toggleGroup(`${openedPrefix}${group}`);
}

function* everyId(): Generator<string> {
  for (const node of liveModel.model.agents.values()) yield node.id;
  for (const node of liveModel.model.resources.values()) yield node.id;
}

export function resourceFacts(node: ResourceNode) {
  return {
    resource: node.path,
    holders: node.locks.filter((lock) => !isCooling(lock)).map((lock) => lock.agent),
    waiters: node.queue.map(({ wait }) => wait.agent),
    frozen: node.freeze !== undefined,
    cooling: node.locks.some(isCooling),
    intending: node.intents.map(({ intent }) => intent.agent),
  };
}

function sameColumns(a: Columns, b: Columns): boolean {
  return a.length === b.length && a.every((column, index) => column.length === b[index]?.length && column.every((item, line) => item === b[index]?.[line]));
}
