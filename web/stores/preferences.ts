import { z } from "zod";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";

export const layouts = ["tracks", "graph", "timeline"] as const;
export const laneKinds = ["agent", "resource", "group"] as const;

const preferencesSchema = z.object({
  theme: z.enum(["auto", "dark", "light"]).catch("auto"),
  /** What a link without a layout opens. */
  layout: z.enum(layouts).catch("tracks"),
  laneBy: z.enum(laneKinds).catch("agent"),
  /** Groups of agents stand in the graph and in tracks, too. */
  groupsInGraph: z.boolean().catch(true),
  timelineHeight: z.number().min(80).max(1_200).catch(224),
  /** Ids of groups that are folded, or opened where folded is the rule; each view names its own. */
  foldedGroups: z.array(z.string().max(600)).max(500).catch([]),
});

export type PreferenceValues = z.infer<typeof preferencesSchema>;
export type Layout = PreferenceValues["layout"];
export type LaneBy = PreferenceValues["laneBy"];

interface Preferences extends PreferenceValues {
  set(values: Partial<PreferenceValues>): void;
  toggleGroup(id: string): void;
}

const key = "signalbox.preferences";

/** Storage may be forbidden or hold anything: preferences then begin anew. */
function read(): PreferenceValues {
  try {
    return preferencesSchema.parse(JSON.parse(localStorage.getItem(key) ?? "{}"));
  } catch {
    return preferencesSchema.parse({});
  }
}

function write(values: PreferenceValues): void {
  try {
    localStorage.setItem(key, JSON.stringify(values));
  } catch {
    // They last as long as the page then.
  }
}

/** This person's own taste, kept in this browser. What a link must carry is in the URL instead. */
export const preferencesStore = createStore<Preferences>((set, get) => ({
  ...read(),
  set: (values) => {
    set(values);
    write(preferencesSchema.parse(get()));
  },
  toggleGroup: (id) => {
    const { foldedGroups } = get();
    get().set({ foldedGroups: foldedGroups.includes(id) ? foldedGroups.filter((other) => other !== id) : [...foldedGroups, id].slice(-500) });
  },
}));

export function usePreferences<T>(select: (preferences: Preferences) => T): T {
  return useStore(preferencesStore, select);
}
