import { IconAlertHexagon } from "@tabler/icons-react";
import { plural } from "../../app/format.ts";
import bar from "../../app/TopBar.module.css";
import { selectionStore } from "../../stores/selection.ts";
import { useWorldValue, worldStore } from "../../stores/world.ts";

/** Says that somebody stands still for good; a click goes to the deadlock, the next one at each. */
export function DeadlockBadge() {
  const words = useWorldValue((state) => {
    if (state === null || state.deadlocks.size === 0) return "";
    const agents = new Set([...state.deadlocks.values()].flatMap(({ members }) => members));
    const count = plural(agents.size, "agent");
    return state.deadlocks.size === 1 ? `Deadlock, ${count}` : `${state.deadlocks.size} deadlocks, ${count}`;
  });
  if (words === "") return null;
  return (
    <button type="button" className={bar.chip} data-alert onClick={selectNext}>
      <IconAlertHexagon size={16} className={bar.small} aria-hidden />
      <span className={bar.wide}>{words}</span>
    </button>
  );
}

export function selectNext(): void {
  const ids = [...(worldStore.getState().state?.deadlocks.keys() ?? [])];
  const { selected, select } = selectionStore.getState();
  const at = selected?.kind === "deadlock" ? ids.indexOf(selected.id) : -1;
  const id = ids[(at + 1) % Math.max(1, ids.length)];
  if (id !== undefined) select({ kind: "deadlock", id });
}
