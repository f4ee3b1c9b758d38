import type { Finding } from "../../../shared/model/index.ts";
import type { State } from "../../../shared/state/index.ts";
import { formatSelected } from "../../app/search.ts";
import { drawSteps, pictureOf } from "../../projections/deadlock-picture.ts";
import { edgesAt, neighbourhood } from "../../projections/graph-edges.ts";
import { agentId, resourceId } from "../../projections/graph-nodes.ts";
import { chainOf } from "../../projections/wait-chain.ts";
import { type Selected, selectionStore } from "../../stores/selection.ts";
import { worldStore } from "../../stores/world.ts";
import { liveModel } from "./live-model.ts";

/** What the selection leaves lit; the rest is dimmed. */
export interface Focus {
  readonly nodes: ReadonlySet<string>;
  /** The selected node; none for a deadlock and a finding. */
  readonly centre?: string;
  /** Edges that are lit besides those at the centre, with their times: a ring, or the chain of a wait. */
  readonly way: ReadonlySet<string>;
  /** The nodes that these edges join, for the view to show all of them. */
  readonly along: ReadonlySet<string>;
  /** It is a deadlock: drawn red. */
  readonly ring: boolean;
}

/** The selected node with its neighbours and whom it waits for down to the root; the ring of a deadlock, the members of a finding, while it stands. */
export function focusOfSelected(): Focus | undefined {
  const { selected } = selectionStore.getState();
  const { state } = worldStore.getState();
  if (selected?.kind === "deadlock") {
    const found = state?.deadlocks.get(selected.id);
    if (state === null || found === undefined) return undefined;
    const { nodes, edges } = pictureOf(state, found);
    return { nodes, way: edges, along: nodes, ring: true };
  }
  if (selected?.kind === "finding") return state === null ? undefined : membersOf(state.findings.get(selected.id));
  const centre = formatSelected(selected);
  if (centre === undefined || liveModel.model.node(centre) === undefined) return undefined;
  const near = neighbourhood(liveModel.model, centre);
  const { nodes, edges } = state === null || selected === null ? nothing : chainFrom(state, selected);
  return { nodes: new Set([...near, ...nodes]), centre, way: edges, along: nodes, ring: false };
}

/** Those whom a finding is about, with what is between them now. */
function membersOf(found: Finding | undefined): Focus | undefined {
  if (found === undefined) return undefined;
  const ids = [...found.agents.map(agentId), ...found.resources.map(resourceId)];
  const nodes = new Set(ids.filter((id) => liveModel.model.node(id) !== undefined));
  const between = [...nodes].flatMap((id) => edgesAt(liveModel.model, id)).filter((edge) => nodes.has(edge.agent) && nodes.has(edge.about));
  return nodes.size === 0 ? undefined : { nodes, way: new Set(between.map(({ id }) => id)), along: nodes, ring: false };
}

const nothing = { nodes: new Set<string>(), edges: new Set<string>() };

/** The chain below an agent that waits; of a section, the chains below those who hold it and wait themselves. */
function chainFrom(state: State, { kind, id }: Selected): { readonly nodes: ReadonlySet<string>; readonly edges: ReadonlySet<string> } {
  const sessions = kind === "agent" ? [state.agents.get(id)] : kind === "resource" ? state.index.locks.at(id).map((lock) => lock.session) : [];
  const steps = [...new Set(sessions)]
    .slice(0, chainsAtMost)
    .flatMap((session) => (session === undefined ? [] : chainOf(state, session).links))
    .map((link) => ({ ...link, on: link.on.flatMap((agent) => state.agents.get(agent) ?? []) }));
  return steps.length === 0 ? nothing : drawSteps(state, steps);
}

const chainsAtMost = 8;
