import { type RefObject, useEffect, useRef, useState } from "react";
import { replay } from "../../replay/replay.ts";
import { type Selected, selectionStore } from "../../stores/selection.ts";
import { listenToGestures } from "./gestures.ts";
import { paintOver, selectionAt, timeOnAxis, underPoint, wordsAt } from "./hover.ts";
import { laneWords } from "./LaneTable.tsx";
import type { Scene } from "./scene.ts";
import classes from "./Timeline.module.css";
import { fitCanvas, type TimelineView } from "./timeline-view.ts";
import { told } from "./told.ts";

interface Props {
  readonly view: TimelineView;
  readonly region: RefObject<HTMLElement | null>;
  /** Called after every picture. */
  readonly listeners: Set<(scene: Scene) => void>;
  setFolded(change: (folded: boolean) => boolean): void;
  setHidesQuiet(change: (hidesQuiet: boolean) => boolean): void;
}

const panShare = 0.15;
const zoomFactor = 1.4;

/** What follows the pointer and the keys: a layer of its own, so that the picture below is not drawn for it. */
export function TimelineOverlay({ view, region, listeners, setFolded, setHidesQuiet }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const tip = useRef<HTMLDivElement>(null);
  const [said, setSaid] = useState("");

  useEffect(() => {
    const element = region.current;
    if (element === null) return;
    let point: { readonly x: number; readonly y: number } | undefined;
    /** The lane that the keys are on, by its key: lanes come and go above it. */
    let cursor: string | undefined;
    let hovered: Selected | null = null;
    const cursorIndex = (scene: Scene) => (cursor === undefined ? -1 : scene.layout.lanes.findIndex(({ key }) => key === cursor));

    const paint = (scene: Scene) => {
      const context = canvas.current?.getContext("2d");
      if (context == null || canvas.current === null) return;
      const ratio = window.devicePixelRatio || 1;
      fitCanvas(canvas.current, scene.width, scene.height, ratio);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      const index = document.activeElement === element ? cursorIndex(scene) : -1;
      paintOver(context, scene, point?.x, index < 0 ? undefined : index);
      explain(scene);
    };
    const repaint = () => {
      if (view.scene !== undefined) paint(view.scene);
    };
    /** Other views hover too: only what was pointed at here is taken back. */
    const hover = (thing: Selected | null) => {
      if (thing === null && hovered === null) return;
      hovered = thing;
      selectionStore.getState().hover(thing);
    };
    const explain = (scene: Scene) => {
      const box = tip.current;
      if (box === null) return;
      const under = point === undefined ? undefined : told(scene.lanes, underPoint(scene, point.x, point.y), repaint);
      const words = under === undefined ? [] : wordsAt(scene, under);
      hover(under?.segment === undefined ? null : selectionAt(scene, under));
      box.hidden = words.length === 0;
      if (point === undefined || words.length === 0) return;
      box.replaceChildren(...words.map((line) => Object.assign(document.createElement("p"), { textContent: line })));
      placeTip(box, scene, point);
    };
    const move = (by: number) => {
      const { scene } = view;
      if (scene === undefined || scene.layout.lanes.length === 0) return;
      const next = Math.min(Math.max(cursorIndex(scene) + by, 0), scene.layout.lanes.length - 1);
      const lane = scene.layout.lanes[next];
      if (lane === undefined) return;
      cursor = lane.key;
      view.scrollToLane(lane.key);
      setSaid(`${lane.key}: ${laneWords(scene, lane)}`);
      view.invalidate();
    };
    const select = () => {
      if (cursor !== undefined) selectionStore.getState().select({ kind: view.inputs.by, id: cursor });
    };
    const actions: KeyActions = { move, select, fold: () => setFolded((before) => !before), hideQuiet: () => setHidesQuiet((before) => !before) };
    const abort = new AbortController();
    element.addEventListener(
      "keydown",
      (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || !pressed(event.key.toLowerCase(), view, actions)) return;
        event.preventDefault();
      },
      { signal: abort.signal },
    );
    for (const type of ["focus", "blur"] as const) element.addEventListener(type, repaint, { signal: abort.signal });
    element.addEventListener("scroll", () => view.invalidate(), { signal: abort.signal, passive: true });
    const stop = listenToGestures(element, view, {
      hovered: (at) => {
        point = at;
        repaint();
      },
      clicked: (at) => {
        if (view.scene === undefined) return;
        const axisMs = timeOnAxis(view.scene, at.x, at.y);
        if (axisMs !== undefined) {
          replay.pause();
          return replay.seekTime(axisMs);
        }
        const thing = selectionAt(view.scene, told(view.scene.lanes, underPoint(view.scene, at.x, at.y), repaint));
        if (thing !== null) selectionStore.getState().select(thing);
      },
      doubleClicked: (at) => {
        const { scene } = view;
        const segment = scene === undefined ? undefined : underPoint(scene, at.x, at.y).segment;
        if (scene === undefined || segment === undefined) return;
        const endMs = segment.end === undefined ? scene.untilMs : segment.endMs;
        const margin = Math.max(endMs - segment.startMs, 1_000) * 0.4;
        view.show(segment.startMs - margin, endMs + margin);
      },
    });
    listeners.add(paint);
    repaint();
    return () => {
      abort.abort();
      stop();
      listeners.delete(paint);
      hover(null);
    };
  }, [view, region, listeners, setFolded, setHidesQuiet]);

  return (
    <>
      <canvas ref={canvas} />
      <div ref={tip} className={classes.tip} aria-hidden="true" hidden />
      <span className="sb-hidden" aria-live="polite">
        {said}
      </span>
    </>
  );
}

interface KeyActions {
  move(by: number): void;
  select(): void;
  fold(): void;
  hideQuiet(): void;
}

/** Does what a key asks for; false when it asks for nothing here. */
function pressed(key: string, view: TimelineView, { move, select, fold, hideQuiet }: KeyActions): boolean {
  switch (key) {
    case "arrowleft":
      view.pan(-panShare);
      return true;
    case "arrowright":
      view.pan(panShare);
      return true;
    case "arrowup":
      move(-1);
      return true;
    case "arrowdown":
      move(1);
      return true;
    case "+":
    case "=":
      view.zoom(1 / zoomFactor);
      return true;
    case "-":
      view.zoom(zoomFactor);
      return true;
    case "0":
      view.fit();
      return true;
    case "f":
      fold();
      return true;
    case "h":
      hideQuiet();
      return true;
    case "enter":
      select();
      return true;
    default:
      return false;
  }
}

/** Beside the pointer, inside of the picture. */
function placeTip(box: HTMLElement, scene: Scene, point: { readonly x: number; readonly y: number }): void {
  const { offsetWidth, offsetHeight } = box;
  const x = point.x + 14 + offsetWidth > scene.width ? Math.max(4, point.x - 14 - offsetWidth) : point.x + 14;
  const y = point.y + 16 + offsetHeight > scene.height ? Math.max(2, point.y - 10 - offsetHeight) : point.y + 16;
  box.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
}
