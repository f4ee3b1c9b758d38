import type { Axis } from "../../projections/lanes-axis.ts";
import type { LaneBy, LanesView, Segment } from "../../projections/lanes-model.ts";
import { isOfGroup } from "../../projections/lanes-segments.ts";
import type { Selected } from "../../stores/selection.ts";
import type { LaneLayout } from "./lane-layout.ts";
import type { Palette } from "./palette.ts";
import type { Edges } from "./viewport.ts";

/** All that one picture of the timeline depends on. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  /** Left edge of the plot: the lanes' names stand before it. */
  readonly gutter: number;
  readonly lanes: LanesView;
  /** When something last changed, as of this picture. */
  readonly lastMs: number;
  readonly layout: LaneLayout;
  readonly by: LaneBy;
  readonly scrollTop: number;
  readonly axis: Axis;
  readonly edges: Edges;
  /** The present, or in the past the cursor. */
  readonly nowMs: number;
  /** Until when what lasts is drawn: the present, or the end of a whole trace. */
  readonly untilMs: number;
  /** Whether what comes after the cursor is known too. */
  readonly whole: boolean;
  /** Position of the cursor's event, where it is a whole trace. */
  readonly position: number;
  /** Times only tell what came before what, one second a step. */
  readonly logical: boolean;
  readonly zoneMs: number;
  readonly palette: Palette;
  readonly selected: Selected | null;
  /** Fences of locks that need the operator, and since when. */
  readonly alerts: ReadonlyMap<string, number>;
  /** What to say where no history is known. */
  readonly before: string;
}

/** Room above the lanes for what operators did, and below for the times. */
export const headHeight = 18;
export const footHeight = 22;

export interface Scale {
  readonly xOf: (ms: number) => number;
  readonly msAt: (x: number) => number;
  readonly pxPerMs: number;
  readonly leftMs: number;
  readonly rightMs: number;
  readonly plotWidth: number;
}

export function scaleOf(scene: Scene): Scale {
  const { axis, edges, gutter, width } = scene;
  const plotWidth = Math.max(1, width - gutter);
  const pxPerMs = plotWidth / (edges.right - edges.left);
  const leftMs = axis.msAt(edges.left);
  const rightMs = axis.msAt(edges.right);
  // Nothing is left out inside of what is shown, nearly always: then time is place, less one number.
  const straight = rightMs - leftMs === edges.right - edges.left;
  const xOf = straight ? (ms: number) => gutter + (ms - leftMs) * pxPerMs : (ms: number) => gutter + (axis.placeOf(ms) - edges.left) * pxPerMs;
  const msAt = (x: number) => axis.msAt(edges.left + (x - gutter) / pxPerMs);
  return { xOf, msAt, pxPerMs, leftMs, rightMs, plotWidth };
}

const tickGapPx = 90;

/** The least time between two ticks of the axis. */
export const tickGapMs = ({ logical }: Scene, { pxPerMs }: Scale): number => Math.max(tickGapPx / pxPerMs, logical ? stepMs : 0);

/** Where times only tell what came before what: which step of the trace it is. */
export const stepMs = 1_000;
export const stepText = (ms: number): string => `step ${Math.round(ms / (stepMs / 10)) / 10}`;

/** Whether it lasts at the cursor. */
export function lastsNow({ whole, nowMs }: Pick<Scene, "whole" | "nowMs">, segment: Segment): boolean {
  return whole ? segment.startMs <= nowMs && segment.endMs > nowMs : segment.end === undefined;
}

/** Whether a segment belongs to what is selected. */
export function concerns(selected: Selected | null, segment: Segment): boolean {
  if (selected === null) return false;
  if (selected.kind === "agent") return segment.agent === selected.id;
  if (selected.kind === "deadlock") return segment.key === `deadlock:${selected.id}`;
  if (selected.kind === "intent") return segment.key === `intent:${selected.id}`;
  return isOfGroup(segment) === (selected.kind === "group") && segment.resources.includes(selected.id);
}

/** What a click on a segment selects: a lock or a wait is selected as its resource, in a resource's lane as its agent. */
export function selects(by: LaneBy, segment: Segment): Selected | null {
  const resource = segment.resources[0];
  if (segment.kind === "deadlock") return { kind: "deadlock", id: segment.key.slice("deadlock:".length) };
  if (segment.kind === "intent") return { kind: "intent", id: segment.key.slice("intent:".length) };
  const agent = segment.agent === null ? null : ({ kind: "agent", id: segment.agent } as const);
  const thing = resource === undefined ? null : ({ kind: isOfGroup(segment) ? "group" : "resource", id: resource } as const);
  return by === "agent" ? (thing ?? agent) : (agent ?? thing);
}
