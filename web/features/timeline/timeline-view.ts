import type { Tokens } from "../../app/theme.ts";
import { type Axis, foldedAxis, plainAxis } from "../../projections/lanes-axis.ts";
import { type LaneBy, type LanesView, type LaneView, laneTable } from "../../projections/lanes-model.ts";
import { idleAfterMs } from "../../projections/lanes-segments.ts";
import { bandsOver } from "../../projections/lanes-trouble.ts";
import type { Selected } from "../../stores/selection.ts";
import { GroundTiles } from "./ground-tiles.ts";
import { isBusy, type LaneLayout, laneAt, layOut } from "./lane-layout.ts";
import { paint } from "./paint.ts";
import { type Palette, palette } from "./palette.ts";
import { footHeight, headHeight, type Scene } from "./scene.ts";
import {
  type Edges,
  edges,
  firstSpanMs,
  fitted,
  keeping,
  maxSpanMs,
  minSpanMs,
  onPixels,
  panned,
  showing,
  showingAll,
  usualSpanMs,
  type Viewport,
  zoomed,
} from "./viewport.ts";

/** What the view is given from outside; every field may change at any time. */
export interface ViewInputs {
  readonly lanes: LanesView;
  /** The lanes are those of a whole trace: what comes after the present is known, too. */
  readonly whole: boolean;
  /** Where a whole trace ends, as far as it is read; and whether more of it comes. */
  readonly untilMs: number;
  readonly grows: boolean;
  /** The cursor's event in a whole trace. */
  readonly position: number;
  readonly logical: boolean;
  readonly by: LaneBy;
  readonly folded: boolean;
  readonly tokens: Tokens;
  readonly selected: Selected | null;
  readonly alerts: ReadonlyMap<string, number>;
  /** Which lanes the filter lets through; null for all. */
  readonly shows: ((lane: LaneView) => boolean) | null;
  /** Leaves out lanes with nothing in the shown time. */
  readonly hidesQuiet: boolean;
  readonly before: string;
  /** False while the server's clock stands still, as far as this browser knows. */
  readonly live: boolean;
}

export interface ViewEvents {
  /** After every picture. */
  painted(scene: Scene): void;
  /** The person moved the view. */
  moved(): void;
}

const usualGutter = { least: 64, agentMost: 150, resourceMost: 300 } as const;
const letterPx = 7.25;
const quietRedrawMs = 1_000;
const quietLookMs = 1_000;
const unplaced: Viewport = { endMs: 0, spanMs: usualSpanMs, follow: true };

/**
 * Draws the timeline when something changed, at most once a frame. While the present is in sight that is as often as it moves
 * by a pixel; with reduced motion once a second.
 */
export class TimelineView {
  readonly #canvas: HTMLCanvasElement;
  readonly #region: HTMLElement;
  readonly #now: () => number;
  readonly #events: ViewEvents;
  #inputs: ViewInputs;
  #view: Viewport = unplaced;
  /** A range of times that stays in sight while older history comes or the axis folds, until the person moves. */
  #range: { readonly fromMs: number; readonly toMs: number } | null = null;
  /** Whether the person chose what to see. */
  #moved = false;
  /** Whether all of a whole trace is shown, as long as nothing else was asked for. */
  #fits = true;
  #layout: LaneLayout = layOut([]);
  #layoutOf: unknown[] = [];
  #wanted: string | undefined;
  #gutter: number = usualGutter.least;
  #palette: Palette | undefined;
  #paletteOf: unknown[] = [];
  #scene: Scene | undefined;
  readonly #ground = new GroundTiles();
  #drawnView: Viewport | undefined;
  #frame: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether the present is in sight, so that the timer draws again. */
  #beats = false;
  #stopped = false;

  constructor(canvas: HTMLCanvasElement, region: HTMLElement, now: () => number, inputs: ViewInputs, events: ViewEvents) {
    this.#canvas = canvas;
    this.#region = region;
    this.#now = now;
    this.#inputs = inputs;
    this.#events = events;
  }

  /** Whether the link has nothing to say of what is shown. */
  get isUsual(): boolean {
    return this.#inputs.whole ? this.#fits : this.#view.follow;
  }

  get viewport(): Viewport {
    return this.#view;
  }

  /** The last picture; undefined before the first. */
  get scene(): Scene | undefined {
    return this.#scene;
  }

  get inputs(): ViewInputs {
    return this.#inputs;
  }

  set(inputs: Partial<ViewInputs>): void {
    const { whole, lanes, grows } = this.#inputs;
    if (whole && inputs.whole !== undefined && (!inputs.whole || inputs.lanes !== lanes)) this.#ground.clear();
    if (whole && inputs.whole === false) this.#leaveWhole();
    else if (inputs.whole && (!whole || inputs.lanes !== lanes)) this.#begin();
    // What came last is to be seen, too.
    else if (grows && inputs.grows === false && this.#fits) this.#view = unplaced;
    this.#inputs = { ...this.#inputs, ...inputs };
    this.invalidate();
  }

  /** All of a trace, unless the link says what of it. */
  #begin(): void {
    this.#moved = false;
    this.#fits = this.#range === null;
    this.#view = unplaced;
  }

  /** Back to the present. */
  #leaveWhole(): void {
    this.#range = null;
    this.#begin();
    this.#events.moved();
  }

  /** News of the fleet. Nothing is drawn for what lies beyond the shown time; with reduced motion the next beat is soon enough. */
  hear(inputs: Pick<ViewInputs, "lanes" | "before">): void {
    const { lanes, before } = this.#inputs;
    this.#inputs = { ...this.#inputs, ...inputs };
    const same = inputs.lanes === lanes && inputs.lanes.shape === this.#layoutOf[1] && inputs.before === before;
    if (same && (this.#isPast() || (this.#beats && reducedMotion()))) return;
    this.invalidate();
  }

  /** Whether all that is shown was over when it was last drawn. */
  #isPast(): boolean {
    return this.#scene !== undefined && !this.#view.follow && this.#scene.edges.right < this.#scene.axis.placeOf(this.#scene.lastMs);
  }

  /** Something changed: draw with the next frame. */
  invalidate(): void {
    if (this.#stopped || this.#frame !== undefined) return;
    clearTimeout(this.#timer);
    this.#frame = requestAnimationFrame(() => {
      this.#frame = undefined;
      this.draw();
    });
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
  }

  /** Height that the lanes and what is around them need, for the scroll bar. */
  contentHeight(): number {
    return headHeight + footHeight + (this.#layout.tops[this.#layout.lanes.length] ?? 0);
  }

  /** Until when there is anything: the present, or the end of a whole trace. */
  #untilMs(): number {
    const { whole, untilMs, lanes } = this.#inputs;
    return whole ? Math.max(untilMs, lanes.lastMs) : this.#now();
  }

  axis(untilMs = this.#untilMs()): Axis {
    const { lanes, folded } = this.#inputs;
    return folded ? foldedAxis(lanes.cuts, lanes.lastMs, untilMs) : plainAxis;
  }

  /** A whole trace stands still while the cursor goes through it. */
  #edges(axis: Axis, untilMs: number): Edges {
    return edges(this.#inputs.whole ? { ...this.#view, follow: false } : this.#view, axis, untilMs);
  }

  /** Moves by a part of the width, to the past when negative. */
  pan(share: number): void {
    const nowMs = this.#untilMs();
    const view = this.#inputs.whole ? { ...this.#view, follow: false } : this.#view;
    this.#move(panned(view, this.axis(nowMs), nowMs, share * this.#view.spanMs, this.#inputs.lanes.firstMs));
  }

  /** Below 1 zooms in; `share` is where the pointer stands between the plot's edges. */
  zoom(factor: number, share = 0.5): void {
    const nowMs = this.#untilMs();
    const view = this.#inputs.whole ? { ...this.#view, follow: false } : this.#view;
    this.#move(zoomed(view, this.axis(nowMs), nowMs, factor, share));
  }

  fit(): void {
    const nowMs = this.#untilMs();
    if (this.#inputs.whole) {
      this.#move(showingAll(this.axis(nowMs), this.#inputs.lanes.firstMs, nowMs));
      this.#fits = true;
      return;
    }
    this.#move(fitted(this.axis(nowMs), nowMs, this.#inputs.lanes.firstMs));
  }

  follow(on: boolean): void {
    const nowMs = this.#untilMs();
    const axis = this.axis(nowMs);
    if (this.#inputs.whole) this.#move({ ...this.#view, follow: on });
    else this.#move({ ...this.#view, follow: on, endMs: axis.msAt(edges(this.#view, axis, nowMs).right) });
  }

  show(fromMs: number, toMs: number): void {
    this.#move(showing(this.axis(), fromMs, toMs));
    this.#range = { fromMs, toMs };
  }

  /** Shows a link's range without telling that the person moved; null goes live. */
  restore(range: { readonly fromMs: number; readonly toMs: number } | null): void {
    this.#range = range;
    this.#fits = range === null;
    if (range === null) this.#view = { ...this.#view, follow: true };
    this.invalidate();
  }

  #move(view: Viewport): void {
    this.#range = null;
    this.#moved = true;
    this.#fits = false;
    this.#view = { ...view, spanMs: Math.min(Math.max(view.spanMs, minSpanMs), maxSpanMs) };
    this.#events.moved();
    this.invalidate();
  }

  /** Brings a lane into sight; one that is not known yet, as soon as it is. */
  scrollToLane(key: string): void {
    const index = this.#layoutOf[2] === this.#inputs.by ? this.#layout.lanes.findIndex((lane) => lane.key === key) : -1;
    this.#wanted = index < 0 ? key : undefined;
    if (index < 0) return;
    const room = this.#region.clientHeight - headHeight - footHeight;
    const top = this.#layout.tops[index] as number;
    const bottom = this.#layout.tops[index + 1] as number;
    if (top < this.#region.scrollTop) this.#region.scrollTop = top;
    else if (bottom > this.#region.scrollTop + room) this.#region.scrollTop = bottom - room;
  }

  /** Draws now. */
  draw(): void {
    if (this.#stopped) return;
    const context = this.#canvas.getContext("2d", { alpha: false });
    const width = this.#region.clientWidth;
    const height = this.#region.clientHeight;
    if (context === null || width === 0 || height === 0) return;
    const ratio = window.devicePixelRatio || 1;
    fitCanvas(this.#canvas, width, height, ratio);
    const nowMs = this.#now();
    const untilMs = this.#untilMs();
    const axis = this.axis(untilMs);
    if (this.#range !== null) this.#view = showing(axis, this.#range.fromMs, this.#range.toMs);
    else if (this.#inputs.whole) this.#viewWhole(axis, nowMs, untilMs);
    else if (!this.#moved && this.#inputs.lanes.fromPosition === 0) this.#view = { ...this.#view, spanMs: firstSpanMs(nowMs - this.#inputs.lanes.firstMs) };
    this.#layOut(width, axis, untilMs);
    const { lanes, by, selected, alerts, before, whole, position, logical } = this.#inputs;
    this.#scene = {
      width,
      height,
      gutter: this.#gutter,
      lanes,
      lastMs: lanes.lastMs,
      layout: this.#layout,
      by,
      scrollTop: Math.max(0, Math.min(this.#region.scrollTop, this.contentHeight() - height)),
      axis,
      edges: whole
        ? onPixels(this.#edges(axis, untilMs), this.#view.spanMs, (width - this.#gutter) * ratio, axis.placeOf(lanes.firstMs))
        : this.#edges(axis, untilMs),
      nowMs,
      untilMs,
      whole,
      position,
      logical,
      zoneMs: -new Date(nowMs).getTimezoneOffset() * 60_000,
      palette: this.#paletteFor(context, ratio),
      selected,
      alerts,
      before,
    };
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { spanMs } = this.#view;
    if (whole) paint(context, this.#scene, (on, scene, showsActLines) => this.#ground.paint(on, scene, showsActLines, spanMs, ratio));
    else paint(context, this.#scene);
    this.#events.painted(this.#scene);
    this.#drawAgain(this.#scene);
  }

  /** Grows with the trace while it is read, and then stands still; the cursor stays in sight. */
  #viewWhole(axis: Axis, nowMs: number, untilMs: number): void {
    const { lanes, grows } = this.#inputs;
    if (this.#view === unplaced || (this.#fits && grows)) this.#view = showingAll(axis, lanes.firstMs, untilMs);
    else if (this.#view.follow && !this.#fits) this.#view = keeping(this.#view, axis, nowMs);
  }

  /** Lanes are laid out anew only when one came, went or grew; with quiet ones hidden also once a second. */
  #layOut(width: number, axis: Axis, nowMs: number): void {
    const { lanes, by, shows, hidesQuiet } = this.#inputs;
    const of = [lanes, lanes.shape, by, shows, width, hidesQuiet ? Math.floor(nowMs / quietLookMs) : 0];
    if (of.every((part, index) => part === this.#layoutOf[index])) return;
    const topKey = this.#layout.lanes[laneAt(this.#layout, this.#region.scrollTop)]?.key;
    const offset = topKey === undefined ? 0 : this.#region.scrollTop - (this.#layout.tops[laneAt(this.#layout, this.#region.scrollTop)] as number);
    const sameKind = this.#layoutOf[2] === by && this.#layoutOf[3] === shows;
    this.#layoutOf = of;
    const { order } = laneTable(lanes, by);
    const passed = shows === null ? order : order.filter(shows);
    this.#layout = layOut(hidesQuiet ? this.#withoutQuiet(passed, axis, nowMs) : passed);
    const longest = this.#layout.lanes.reduce((most, lane) => Math.max(most, lane.key.length), 2);
    const most = Math.min(by === "agent" ? usualGutter.agentMost : usualGutter.resourceMost, width * 0.34);
    this.#gutter = Math.round(Math.max(usualGutter.least, Math.min(longest * letterPx + 28, most)));
    this.#keepScroll(sameKind ? topKey : undefined, offset);
    if (this.#wanted !== undefined) this.scrollToLane(this.#wanted);
  }

  #withoutQuiet(lanes: readonly LaneView[], axis: Axis, nowMs: number): LaneView[] {
    const { left, right } = this.#edges(axis, nowMs);
    const { by, selected, lanes: all } = this.#inputs;
    const [fromMs, toMs] = [axis.msAt(left), axis.msAt(right)];
    return lanes.filter(
      (lane) => isBusy(lane, fromMs, toMs) || bandsOver(all, lane, fromMs, toMs).length > 0 || (selected?.kind === by && selected.id === lane.key),
    );
  }

  /** A lane that comes above the ones in sight does not push them away. */
  #keepScroll(topKey: string | undefined, offset: number): void {
    const { firstElementChild } = this.#region;
    if (firstElementChild instanceof HTMLElement) firstElementChild.style.height = `${this.contentHeight()}px`;
    if (topKey === undefined || this.#region.scrollTop === 0) return;
    const index = this.#layout.lanes.findIndex((lane) => lane.key === topKey);
    if (index >= 0) this.#region.scrollTop = (this.#layout.tops[index] as number) + offset;
  }

  #paletteFor(context: CanvasRenderingContext2D, ratio: number): Palette {
    const of = [this.#inputs.tokens, ratio];
    if (this.#palette === undefined || of.some((part, index) => part !== this.#paletteOf[index])) {
      this.#palette = palette(context, this.#inputs.tokens, ratio);
      this.#paletteOf = of;
    }
    return this.#palette;
  }

  #drawAgain(scene: Scene): void {
    clearTimeout(this.#timer);
    const { axis, edges, nowMs, width, gutter } = scene;
    const place = axis.placeOf(nowMs);
    this.#beats = this.#inputs.live && place >= edges.left && place <= edges.right;
    // A moved view looks for quiet lanes once more when it has come to rest.
    if (!this.#beats && this.#inputs.hidesQuiet && this.#drawnView !== this.#view) this.#timer = setTimeout(() => this.invalidate(), quietLookMs);
    this.#drawnView = this.#view;
    if (!this.#beats) return;
    // Folded quiet: the present moves in time, but not on the screen.
    const quiet = this.#inputs.folded && nowMs - scene.lanes.lastMs > idleAfterMs;
    const pixelMs = (edges.right - edges.left) / (width - gutter);
    this.#timer = setTimeout(() => this.invalidate(), quiet || reducedMotion() ? Math.max(quietRedrawMs, pixelMs) : pixelMs);
  }
}

function reducedMotion(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Sizes a canvas for the screen's own pixels. */
export function fitCanvas(canvas: HTMLCanvasElement, width: number, height: number, ratio: number): void {
  const w = Math.round(width * ratio);
  const h = Math.round(height * ratio);
  if (canvas.width === w && canvas.height === h) return;
  canvas.width = w;
  canvas.height = h;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
}
