import { formatSelected } from "../../app/search.ts";
import { pictureOf } from "../../projections/deadlock-picture.ts";
import { neighbourhood } from "../../projections/graph-edges.ts";
import { selectionStore } from "../../stores/selection.ts";
import { worldStore } from "../../stores/world.ts";
import { liveModel } from "./live-model.ts";

/** What the selection leaves lit; the rest is dimmed. */
export interface Focus {
  readonly nodes: ReadonlySet<string>;
  /** The selected node; none for a deadlock. */
  readonly centre?: string;
  /** The edges of a deadlock's ring: drawn red, with their times. */
  readonly ring?: ReadonlySet<string>;
}

/** The selected node with its neighbours, or the ring of the selected deadlock while it stands. */
export function focusOfSelected(): Focus | undefined {
  const { selected } = selectionStore.getState();
  const { state } = worldStore.getState();
  if (selected?.kind === "deadlock") {
    const found = state?.deadlocks.get(selected.id);
    if (state === null || found === undefined) return undefined;
    const { nodes, edges } = pictureOf(state, found);
    return { nodes, ring: edges };
  }
  const centre = formatSelected(selected);
  if (centre === undefined || liveModel.model.node(centre) === undefined) return undefined;
  return { nodes: neighbourhood(liveModel.model, centre), centre };
}
