import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import { formatCount } from "../../app/format.ts";
import { readTokens, useScheme } from "../../app/theme.ts";
import { replay } from "../../replay/replay.ts";
import { useNow } from "../../stores/clock.ts";
import { cursorStore, useCursor } from "../../stores/cursor.ts";
import { fitCanvas } from "../timeline/timeline-view.ts";
import { paintStrip, stripHeight } from "./paint-strip.ts";
import { cursorText, momentText } from "./replay-words.ts";
import classes from "./Scrubber.module.css";
import { msAt, type StripScale, spotsNear, stripOf, xOf } from "./strip.ts";

const reachPx = 4;
const wordsAtMost = 4;
const paintEveryMs = 100;
const pageShare = 0.05;

/** The trace on one strip: how busy it was and what went wrong; the cursor is dragged on it. */
export function Track() {
  const track = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  const [hoverX, setHoverX] = useState<number>();
  const [brushed, setBrushed] = useState<{ fromX: number; toX: number }>();
  const scale = useScale(width);
  usePainting(canvas, scale);

  useEffect(() => {
    const element = track.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const xIn = (event: PointerEvent) => event.clientX - (track.current?.getBoundingClientRect().left ?? 0);
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    track.current?.setPointerCapture(event.pointerId);
    const x = xIn(event);
    if (event.shiftKey) return setBrushed({ fromX: x, toX: x });
    replay.pause();
    replay.seekTime(msAt(scale, x));
  };
  const onPointerMove = (event: PointerEvent) => {
    const x = xIn(event);
    setHoverX(x);
    if (track.current?.hasPointerCapture(event.pointerId) !== true) return;
    if (brushed !== undefined) setBrushed({ ...brushed, toX: x });
    else replay.seekTime(msAt(scale, x));
  };
  const onPointerUp = () => {
    if (brushed === undefined) return;
    const [left, right] = [Math.min(brushed.fromX, brushed.toX), Math.max(brushed.fromX, brushed.toX)];
    // A click that did not move takes the range away.
    replay.loop(right - left < 3 ? null : { fromMs: Math.round(msAt(scale, left)), toMs: Math.round(msAt(scale, right)) });
    if (replay.isLive && right - left >= 3) replay.seekTime(msAt(scale, left));
    setBrushed(undefined);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { atMs } = cursorStore.getState();
    const at = xOf(scale, atMs);
    const to = { PageUp: at - width * pageShare, PageDown: at + width * pageShare, Home: 0, End: width }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    replay.pause();
    replay.seekTime(msAt(scale, to));
  };

  return (
    <div
      ref={track}
      className={classes.track}
      style={{ height: stripHeight }}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={() => setBrushed(undefined)}
      onPointerLeave={() => setHoverX(undefined)}
    >
      <canvas ref={canvas} />
      <Layer scale={scale} brushed={brushed} />
      <Thumb scale={scale} onKeyDown={onKeyDown} />
      {hoverX === undefined || width === 0 ? null : <Tip scale={scale} x={hoverX} />}
    </div>
  );
}

/** From the trace's beginning to its end; a live space's end is now. */
function useScale(width: number): StripScale {
  const index = useCursor((cursor) => cursor.index);
  const indexed = useCursor((cursor) => cursor.indexed);
  const folded = useCursor((cursor) => cursor.skipsIdle);
  const live = useCursor(({ trace }) => trace === null);
  const headEndMs = useCursor(({ head, trace }) => (trace?.kind === "space" ? 0 : (head?.untilMs ?? 0)));
  const now = useNow(1_000);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the index grows in place, `indexed` says when.
  return useMemo(() => {
    const toMs = Math.max(index.untilMs, headEndMs, live ? now : 0, index.sinceMs + 1);
    // What is not read yet is not quiet.
    return { axis: index.axis(folded, live ? toMs : index.untilMs), fromMs: index.sinceMs, toMs, width };
  }, [index, indexed, folded, headEndMs, live, live ? now : 0, width]);
}

function usePainting(canvas: React.RefObject<HTMLCanvasElement | null>, scale: StripScale): void {
  const scheme = useScheme();
  const paintedMs = useRef(Number.NEGATIVE_INFINITY);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another scheme is other tokens.
  useEffect(() => {
    const paint = () => {
      const element = canvas.current;
      const context = element?.getContext("2d");
      if (element === null || context == null || scale.width === 0) return;
      paintedMs.current = performance.now();
      const ratio = window.devicePixelRatio || 1;
      fitCanvas(element, scale.width, stripHeight, ratio);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      const { index } = cursorStore.getState();
      paintStrip(context, stripOf(index, scale), index.spots, scale, readTokens());
    };
    const wait = paintedMs.current + paintEveryMs - performance.now();
    if (wait <= 0) return paint();
    const timer = setTimeout(paint, wait);
    return () => clearTimeout(timer);
  }, [canvas, scale, scheme]);
}

/** What one has set oneself: the range, A and B, notes. */
function Layer({ scale, brushed }: { scale: StripScale; brushed: { fromX: number; toX: number } | undefined }) {
  const loop = useCursor((cursor) => cursor.loop);
  const [a, b] = [useCursor((cursor) => cursor.a), useCursor((cursor) => cursor.b)];
  const notes = useCursor((cursor) => cursor.notes);
  const index = useCursor((cursor) => cursor.index);
  if (scale.width === 0) return null;
  const range =
    brushed !== undefined
      ? { left: Math.min(brushed.fromX, brushed.toX), right: Math.max(brushed.fromX, brushed.toX) }
      : loop === null
        ? undefined
        : { left: xOf(scale, loop.fromMs), right: xOf(scale, loop.toMs) };
  const at = (position: number) => ({ transform: `translateX(${xOf(scale, index.timeAt(position))}px)` });
  return (
    <div className={classes.layer} aria-hidden>
      {range === undefined ? null : <span className={classes.range} style={{ left: range.left, width: Math.max(1, range.right - range.left) }} />}
      {notes.map((note) => (
        <span key={note.at} className={classes.note} style={at(note.at)} />
      ))}
      {a === null ? null : (
        <span className={classes.flag} style={at(a)}>
          A
        </span>
      )}
      {b === null ? null : (
        <span className={classes.flag} style={at(b)}>
          B
        </span>
      )}
    </div>
  );
}

/** The cursor: a slider for the keyboard and for screen readers. */
function Thumb({ scale, onKeyDown }: { scale: StripScale; onKeyDown(event: KeyboardEvent): void }) {
  const live = useCursor(({ trace }) => trace === null);
  const atMs = useCursor((cursor) => cursor.atMs);
  const position = useCursor((cursor) => cursor.position);
  const index = useCursor((cursor) => cursor.index);
  const x = live ? scale.width : xOf(scale, atMs);
  return (
    <>
      {live ? null : <span className={classes.future} style={{ left: x }} aria-hidden />}
      <div
        role="slider"
        tabIndex={0}
        aria-label="Cursor in time"
        aria-orientation="horizontal"
        aria-valuemin={index.from - 1}
        aria-valuemax={Math.max(index.from - 1, index.to)}
        aria-valuenow={live ? Math.max(index.from - 1, index.to) : position}
        aria-valuetext={live ? "live" : cursorText({ position, atMs, index })}
        className={classes.thumb}
        data-live={live || undefined}
        style={{ transform: `translateX(${Math.min(x, Math.max(0, scale.width - 1))}px)` }}
        onKeyDown={onKeyDown}
      />
    </>
  );
}

function Tip({ scale, x }: { scale: StripScale; x: number }) {
  const { index, notes } = cursorStore.getState();
  const ms = msAt(scale, x);
  const count = index.positionAtTime(msAt(scale, x + 1)) - index.positionAtTime(msAt(scale, x));
  const spots = spotsNear(index.spots, scale, x, reachPx, wordsAtMost);
  const written = notes.filter((note) => Math.abs(xOf(scale, index.timeAt(note.at)) - x) <= reachPx);
  const toTheLeft = x > scale.width * 0.6;
  return (
    <div className={classes.tip} style={toTheLeft ? { right: scale.width - x + 8 } : { left: x + 8 }} aria-hidden>
      <p>
        <b>{momentText(ms)}</b> {count > 0 ? `${formatCount(count)} ${count === 1 ? "event" : "events"} here` : "quiet"}
      </p>
      {spots.map((spot) => (
        <p key={spot.position} data-kind={spot.kind}>
          {spot.words}
        </p>
      ))}
      {written.map((note) => (
        <p key={note.at}>“{note.text}”</p>
      ))}
    </div>
  );
}
