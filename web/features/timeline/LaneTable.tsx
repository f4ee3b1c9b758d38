import { useEffect, useState } from "react";
import type { LaneView, MarksView, Segment } from "../../projections/lanes-model.ts";
import { firstEndingAfter, firstMarkFrom, firstStartingFrom, lastingAt } from "../../projections/lanes-rows.ts";
import { bandsOver } from "../../projections/lanes-trouble.ts";
import { wordsOf } from "./hover.ts";
import { arrowsIn } from "./paint-arrows.ts";
import { visibleLanes } from "./paint-ground.ts";
import { type Scene, scaleOf } from "./scene.ts";
import type { TimelineView } from "./timeline-view.ts";

const renewEveryMs = 2_000;
const lanesAtMost = 40;
const lastingAtMost = 4;
const marksAtMost = 3;
const arrowsAtMost = 20;

interface LaneWords {
  readonly key: string;
  readonly now: string;
  readonly last: string;
  readonly seen: number;
}

/** The lanes in sight in words, for those who do not see the picture. */
export function LaneTable({ view }: { view: TimelineView }) {
  const [rows, setRows] = useState<readonly LaneWords[]>([]);
  const [arrows, setArrows] = useState<readonly string[]>([]);
  useEffect(() => {
    const read = () => {
      if (view.scene === undefined) return;
      const next = wordsOfLanes(view.scene);
      setRows((before) => (JSON.stringify(before) === JSON.stringify(next) ? before : next));
      const words = wordsOfArrows(view.scene);
      setArrows((before) => (before.join() === words.join() ? before : words));
    };
    read();
    const timer = setInterval(read, renewEveryMs);
    return () => clearInterval(timer);
  }, [view]);
  return (
    <div className="sb-hidden">
      <table>
        <caption>Lanes in sight</caption>
        <thead>
          <tr>
            <th scope="col">Lane</th>
            <th scope="col">Now</th>
            <th scope="col">Happened last in the shown time</th>
            <th scope="col">Stretches in the shown time</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, now, last, seen }) => (
            <tr key={key}>
              <th scope="row">{key}</th>
              <td>{now}</td>
              <td>{last}</td>
              <td>{seen}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {arrows.length === 0 ? null : (
        <ul aria-label="Arrows in sight">
          {arrows.map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** What followed from what, in words. */
function wordsOfArrows(scene: Scene): string[] {
  return arrowsIn(scene, scaleOf(scene))
    .slice(0, arrowsAtMost)
    .map(({ from, to }) => `${to.lane} at event ${to.position} because of ${from.lane} at event ${from.position}`);
}

function wordsOfLanes(scene: Scene): LaneWords[] {
  const { leftMs, rightMs } = scaleOf(scene);
  return visibleLanes(scene)
    .slice(0, lanesAtMost)
    .map(({ lane }) => {
      const rows = [...lane.bars, ...lane.plans, ...lane.backdrop];
      const bands = bandsOver(scene.lanes, lane, leftMs, rightMs).length;
      const seen = rows.reduce((sum, row) => sum + Math.max(0, firstStartingFrom(row, rightMs) - firstEndingAfter(row, leftMs)), bands);
      return { key: lane.key, now: laneWords(scene, lane), last: lastMarks(lane.marks, leftMs, rightMs), seen };
    });
}

/** The newest marks of the shown time in words, the newest first; the same words once. */
function lastMarks(marks: MarksView, leftMs: number, rightMs: number): string {
  const words = new Set<string>();
  for (let index = firstMarkFrom(marks, rightMs) - 1; index >= 0 && words.size < marksAtMost; index--) {
    const mark = marks.at(index);
    if (mark === undefined || mark.atMs < leftMs) break;
    words.add(mark.words);
  }
  return [...words].join("; ");
}

/** What lasts on a lane, in words. */
export function laneWords(scene: Scene, lane: LaneView): string {
  const lasting = [...lane.bars, ...lane.backdrop]
    .map((row) => lastingAt(row, scene.nowMs))
    .concat(bandsOver(scene.lanes, lane, scene.nowMs, scene.nowMs))
    .filter((segment): segment is Segment => segment !== undefined && segment.endMs > scene.nowMs);
  // At the cursor nobody knows yet how it ends.
  const words = lasting.slice(0, lastingAtMost).map((segment) => wordsOf({ ...scene, untilMs: scene.nowMs }, { ...segment, end: undefined }));
  if (lasting.length > lastingAtMost) words.push(`and ${lasting.length - lastingAtMost} more`);
  return words.length === 0 ? "nothing lasts" : words.join("; ");
}
