import { notifications } from "@mantine/notifications";
import { createStore } from "zustand/vanilla";
import { jumpWords } from "../../replay/marks.ts";
import { replay } from "../../replay/replay.ts";
import { cursorStore } from "../../stores/cursor.ts";
import { selectionStore } from "../../stores/selection.ts";

/** What keys, buttons and the palette do alike. */

/** Position that a note is being written for; null while the dialog is closed. */
export const noteStore = createStore<{ readonly at: number | null }>(() => ({ at: null }));

const say = (message: string): void => {
  notifications.show({ message });
};

/** To the next thing of the chosen kind, or the one before. */
export function jump(direction: 1 | -1, kind = cursorStore.getState().jumpsTo): void {
  if (replay.jump(kind, direction)) return;
  const { reading } = cursorStore.getState();
  say(`No ${jumpWords[kind].one} ${direction > 0 ? "after" : "before"} here${reading.done ? "." : " in what has been read so far."}`);
}

/** Along the events of what is selected. */
export async function stepAlongSelected(direction: 1 | -1): Promise<void> {
  const { selected } = selectionStore.getState();
  if (selected?.kind !== "agent" && selected?.kind !== "resource" && selected?.kind !== "group")
    return say("Select an agent, a resource or a group first: Shift with an arrow goes along its events.");
  if (!(await replay.stepAlong({ kind: selected.kind, id: selected.id }, direction)))
    say(`${selected.id} has no event ${direction > 0 ? "after" : "before"} here.`);
}

/** To where the next leader of a group came, or one went; or back to the one before. */
export async function stepTerm(group: string, direction: 1 | -1): Promise<void> {
  if (!(await replay.stepAlong({ kind: "term", id: group }, direction))) say(`No change of leader in ${group} ${direction > 0 ? "after" : "before"} here.`);
}

export function markA(): void {
  if (!replay.isLive) replay.set({ a: cursorStore.getState().position });
}

/** What changed since A is shown where nothing is selected. */
export function markB(): void {
  if (replay.isLive) return;
  replay.set({ b: cursorStore.getState().position });
  if (cursorStore.getState().a === null) say("Now set A: what changed between the two is shown then.");
  else selectionStore.getState().select(null);
}

/** Plays from A to B again and again, or no more. */
export function loopBetween(): void {
  const { a, b, loop, index } = cursorStore.getState();
  if (loop !== null) return replay.loop(null);
  if (a === null || b === null || a === b) return say("Set A and B first, or draw a range on the strip with Shift held.");
  replay.loop({ fromMs: index.timeAt(Math.min(a, b)), toMs: index.timeAt(Math.max(a, b)) });
}

export function openNote(): void {
  if (!replay.isLive) noteStore.setState({ at: cursorStore.getState().position });
}

/** Gives the trace to the person as a file. */
export async function saveTrace(): Promise<void> {
  try {
    const blob = await replay.save();
    if (blob === undefined) return;
    const { head } = cursorStore.getState();
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${(head?.name || "trace").replace(/[^\w.-]+/g, "-").replace(/\.sbtrace$/, "")}.sbtrace`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  } catch (error) {
    say(`It could not be saved: ${error instanceof Error ? error.message : String(error)}`);
  }
}
