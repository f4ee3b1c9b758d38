import { useEffect, useState } from "react";
import type { GraphNode } from "../../projections/graph-nodes.ts";
import classes from "./GraphView.module.css";
import { liveModel } from "./live-model.ts";
import type { Scene } from "./scene.ts";

/** Says so when a filter leaves everything in the dark. */
export function NoMatch({ scene, dims, query }: { readonly scene: Scene; readonly dims: (node: GraphNode) => boolean; readonly query: string }) {
  const [none, setNone] = useState(false);
  useEffect(() => {
    const look = () => {
      for (const id of scene.places.ids()) {
        const node = liveModel.model.node(id);
        if (node !== undefined && !dims(node)) return setNone(false);
      }
      setNone(scene.places.size > 0);
    };
    look();
    const timer = setInterval(look, 1_000);
    return () => clearInterval(timer);
  }, [scene, dims]);
  return none ? <p className={classes.nothing}>Nothing matches “{query}”.</p> : null;
}
