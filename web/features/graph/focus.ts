import { formatSelected } from "../../app/search.ts";
import { drawSteps, pictureOf } from "../../projections/deadlock-picture.ts";
import { neighbourhood } from "../../projections/graph-edges.ts";
import { chainOf } from "../../projections/wait-chain.ts";
import { selectionStore } from "../../stores/selection.ts";
import { worldStore } from "../../stores/world.ts";
import { liveModel } from "./live-model.ts";

/** What the selection leaves lit; the rest is dimmed. */
export interface Focus {
  readonly nodes: ReadonlySet<string>;
  /** The selected node; none for a deadlock. */
  readonly centre?: string;
  /** Edges that are lit besides those at the centre, with their times: a ring, or the chain of a wait. */
  readonly way: ReadonlySet<string>;
  /** The nodes that these edges join, for the view to show all of them. */
  readonly along: ReadonlySet<string>;
  /** It is a deadlock: drawn red. */
  readonly ring: boolean;
}

/** The selected node with its neighbours and whom it waits for down to the root, or the ring of the selected deadlock while it stands. */
export function focusOfSelected(): Focus | undefined {
  const { selected } = selectionStore.getState();
  const { state } = worldStore.getState();
  if (selected?.kind === "deadlock") {
    const found = state?.deadlocks.get(selected.id);
    if (state === null || found === undefined) return undefined;
    const { nodes, edges } = pictureOf(state, found);
    return { nodes, way: edges, along: nodes, ring: true };
  }
  const centre = formatSelected(selected);
  if (centre === undefined || liveModel.model.node(centre) === undefined) return undefined;
  const near = neighbourhood(liveModel.model, centre);
  const session = selected?.kind === "agent" ? state?.agents.get(selected.id) : undefined;
  if (state === null || session === undefined) return { nodes: near, centre, way: none, along: none, ring: false };
  const steps = chainOf(state, session).links.map((link) => ({ ...link, on: link.on.flatMap((agent) => state.agents.get(agent) ?? []) }));
  const { nodes, edges } = drawSteps(state, steps);
  return { nodes: new Set([...near, ...nodes]), centre, way: edges, along: nodes, ring: false };
}

const none: ReadonlySet<string> = new Set();
