import { useCallback, useMemo } from "react";
import { agentFacts } from "../../app/filter.ts";
import { useFilter } from "../../app/search.ts";
import { groupFacts, statusOf } from "../../projections/elections.ts";
import type { GraphNode } from "../../projections/graph-nodes.ts";
import { worldStore } from "../../stores/world.ts";
import { resourceFacts } from "../tracks/use-tracks.ts";

/** Which nodes the filter leaves in the dark. A record is looked at once. */
export function useDims(): { dims: (node: GraphNode) => boolean; active: boolean; query: string } {
  const filter = useFilter();
  const known = useMemo(() => ({ filter, dims: new WeakMap<GraphNode, boolean>() }), [filter]);
  const dims = useCallback(
    (node: GraphNode) => {
      if (!filter.active) return false;
      const before = known.dims.get(node);
      if (before !== undefined) return before;
      const { state } = worldStore.getState();
      const shown =
        node.kind === "resource"
          ? filter.resource(resourceFacts(node))
          : node.kind === "group"
            ? filter.resource(groupFacts({ key: node.name, status: statusOf(node.election, undefined), ...node }))
            : state !== null && filter.agent(agentFacts(state, node.session));
      known.dims.set(node, !shown);
      return !shown;
    },
    [filter, known],
  );
  return { dims, active: filter.active, query: filter.query };
}
