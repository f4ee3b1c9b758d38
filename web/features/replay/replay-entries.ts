import { jumpKinds, jumpWords } from "../../replay/marks.ts";
import { replay } from "../../replay/replay.ts";
import { cursorStore } from "../../stores/cursor.ts";
import { selectionStore } from "../../stores/selection.ts";
import type { Entry } from "../palette/entries.ts";
import { jump, loopBetween, markA, markB, openNote, saveTrace, stepAlongSelected } from "./replay-acts.ts";

/** What the palette offers of replay: while live, the ways into the past. */
export function replayEntries(): Entry[] {
  const { trace, playing, follow, skipsIdle, loop } = cursorStore.getState();
  const { selected } = selectionStore.getState();
  const entry = (id: string, label: string, hint: string, run: () => void): Entry => ({ id: `replay ${id}`, label, hint, run });
  const back = jumpKinds.map((kind) => entry(`previous ${kind}`, `Previous ${jumpWords[kind].one}`, "", () => jump(-1, kind)));
  if (trace === null) return [entry("stop", "Replay: stop the picture here", "Space", () => replay.togglePlay()), ...back];
  return [
    entry("live", "Back to live", "L", () => replay.leave()),
    entry("play", playing ? "Pause" : "Play", "Space", () => replay.togglePlay()),
    ...jumpKinds.map((kind) => entry(`next ${kind}`, `Next ${jumpWords[kind].one}`, "", () => jump(1, kind))),
    ...back,
    ...(selected?.kind === "agent" || selected?.kind === "resource" || selected?.kind === "group"
      ? [
          entry("next own", `Next event of ${selected.id}`, "Shift →", () => void stepAlongSelected(1)),
          entry("previous own", `Previous event of ${selected.id}`, "Shift ←", () => void stepAlongSelected(-1)),
        ]
      : []),
    ...(follow === null
      ? selected?.kind === "agent"
        ? [entry("follow", `Follow ${selected.id}`, "", () => replay.follow(selected.id))]
        : []
      : [entry("follow", `Follow ${follow} no more`, "", () => replay.follow(null))]),
    entry("a", "Set A here", "A", markA),
    entry("b", "Set B here: what changed since A", "B", markB),
    entry("loop", loop === null ? "Play from A to B again and again" : "Play on beyond the range", "O", loopBetween),
    entry("note", "Note here…", "M", openNote),
    entry("idle", skipsIdle ? "Show quiet stretches in full" : "Leap over quiet stretches", "", () => replay.set({ skipsIdle: !skipsIdle })),
    entry("save", "Save the trace with its notes…", "", () => void saveTrace()),
  ];
}
