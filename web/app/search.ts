import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { z } from "zod";
import { type LaneBy, type Layout, laneKinds, layouts, preferencesStore, usePreferences } from "../stores/preferences.ts";
import type { Selected } from "../stores/selection.ts";
import { type Filter, parseFilter } from "./filter.ts";

export const views = ["graph", "locks", "agents", "intents", "elections", "rules", "audit", "findings", "contention", "faults", "traces", "lab"] as const;
export type View = (typeof views)[number];

/** The digits went to the views that were there first. */
export const viewKeys: Readonly<Record<View, string>> = {
  graph: "1",
  locks: "2",
  agents: "3",
  intents: "4",
  elections: "v",
  rules: "5",
  audit: "6",
  findings: "7",
  contention: "8",
  faults: "9",
  traces: "0",
  lab: "c",
};

const wholeNumber = z
  .string()
  .regex(/^\d{1,15}$/)
  .optional()
  .catch(undefined);

/** What a link carries. A value that makes no sense is dropped, so that an old link still opens. */
export const searchSchema = z.object({
  space: z.string().min(1).max(64).optional().catch(undefined),
  view: z.enum(views).optional().catch(undefined),
  layout: z.enum(layouts).optional().catch(undefined),
  /** `agent:w3`, `resource:repo/src`, `group:roles/merger`, `intent:i7`, `deadlock:d2`, `finding:livelock ...`. */
  sel: z.string().max(600).optional().catch(undefined),
  /** The filter as typed. */
  q: z.string().max(300).optional().catch(undefined),
  lanes: z.enum(laneKinds).optional().catch(undefined),
  /** Shown part of the timeline in server time: `1700000000000..1700000060000`. */
  range: z
    .string()
    .regex(/^\d+\.\.\d+$/)
    .optional()
    .catch(undefined),
  /** What is replayed: `recording:r7`, `file:night.sbtrace`; without it, `at` is a position of the space's own history. */
  trace: z
    .string()
    .max(300)
    .regex(/^(recording|file):./)
    .optional()
    .catch(undefined),
  at: wholeNumber,
  /** Replay's speed, the part that it plays again and again, its two marks, the agent that it goes along. */
  speed: z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .optional()
    .catch(undefined),
  loop: z
    .string()
    .regex(/^\d+\.\.\d+$/)
    .optional()
    .catch(undefined),
  a: wholeNumber,
  b: wholeNumber,
  follow: z.string().min(1).max(64).optional().catch(undefined),
  /** The lab: what is compared, the run that is watched, and where in it one stands. */
  lab: z.string().min(1).max(400).optional().catch(undefined),
  run: z.string().min(1).max(100).optional().catch(undefined),
  step: wholeNumber,
  /** Development only: a made-up fleet of this size instead of a server. */
  fake: z.string().optional().catch(undefined),
});
export type Search = z.infer<typeof searchSchema>;

/** A link that is live. */
export const noReplay = { trace: undefined, at: undefined, speed: undefined, loop: undefined, a: undefined, b: undefined, follow: undefined } as const;

export interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

export function parseRange(text: string | undefined): Range | null {
  const [from, to] = (text ?? "").split("..").map(Number);
  return from !== undefined && to !== undefined && to > from ? { fromMs: from, toMs: to } : null;
}

export const formatRange = (range: Range | null): string | undefined => (range === null ? undefined : `${Math.round(range.fromMs)}..${Math.round(range.toMs)}`);

export function parseSelected(text: string | undefined): Selected | null {
  const [, kind, id] = /^(agent|resource|group|intent|deadlock|finding):(.+)$/s.exec(text ?? "") ?? [];
  return kind === undefined || id === undefined ? null : { kind: kind as Selected["kind"], id };
}

export const formatSelected = (thing: Selected | null): string | undefined => (thing === null ? undefined : `${thing.kind}:${thing.id}`);

/** Reads a query string: every value is text. */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

/** Writes one that people can read: `/` and `:` stay as they are. */
export function stringifySearch(search: Record<string, unknown>): string {
  const pairs = Object.entries(search).flatMap(([key, value]) => (value === undefined || value === "" ? [] : [[key, String(value)]]));
  const text = new URLSearchParams(pairs).toString().replaceAll("%2F", "/").replaceAll("%3A", ":");
  return text === "" ? "" : `?${text}`;
}

/** Changes the link. What is shown follows from it; `replace` leaves no step in the browser's history. */
export function useSetSearch(): (values: Partial<Search>, options?: { replace?: boolean }) => void {
  const navigate = useNavigate();
  return useCallback(
    (values, options) => {
      void navigate({ to: "/", search: (before: Search) => ({ ...before, ...values }), replace: options?.replace ?? false });
    },
    [navigate],
  );
}

/** Re-renders only when this one value changes. */
function useOne<K extends keyof Search>(key: K): Search[K] {
  return useSearch({ strict: false, select: (search: Search): unknown => search[key] }) as unknown as Search[K];
}

export const useView = (): View => useOne("view") ?? "graph";

/** Layout of the graph view: the link's, else the one this person used last. */
export function useLayout(): [Layout, (layout: Layout) => void] {
  const fallback = usePreferences((preferences) => preferences.layout);
  const layout = useOne("layout") ?? fallback;
  const setSearch = useSetSearch();
  const set = useCallback(
    (next: Layout) => {
      preferencesStore.getState().set({ layout: next });
      setSearch({ layout: next, view: undefined });
    },
    [setSearch],
  );
  return [layout, set];
}

/** What a lane of the timeline is. */
export function useLanes(): [LaneBy, (laneBy: LaneBy) => void] {
  const fallback = usePreferences((preferences) => preferences.laneBy);
  const laneBy = useOne("lanes") ?? fallback;
  const setSearch = useSetSearch();
  const set = useCallback(
    (next: LaneBy) => {
      preferencesStore.getState().set({ laneBy: next });
      setSearch({ lanes: next }, { replace: true });
    },
    [setSearch],
  );
  return [laneBy, set];
}

/** Shown part of the timeline; null follows the present. */
export function useRange(): [Range | null, (range: Range | null) => void] {
  const text = useOne("range");
  const setSearch = useSetSearch();
  const range = useMemo(() => parseRange(text), [text]);
  const set = useCallback((next: Range | null) => setSearch({ range: formatRange(next) }, { replace: true }), [setSearch]);
  return [range, set];
}

/** The filter in the link, parsed once for each text. */
export function useFilter(): Filter {
  const query = useOne("q") ?? "";
  return useMemo(() => parseFilter(query), [query]);
}

/** What the lab shows; without a step one stands at the beginning of the run. */
export function useLabLink(): { readonly lab: string | undefined; readonly run: string | undefined; readonly step: number } {
  return { lab: useOne("lab"), run: useOne("run"), step: Number(useOne("step") ?? 0) };
}
