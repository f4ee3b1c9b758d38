import { createContext, useContext, useEffect, useState } from "react";
import { useSelection } from "../../stores/selection.ts";
import { focusOfSelected } from "../graph/focus.ts";
import { liveModel } from "../graph/live-model.ts";

/** The nodes that a selected ring, chain or finding leaves lit, as the graph names them; undefined while nothing is dimmed. */
type Lit = ReadonlySet<string> | undefined;

export const LitContext = createContext<Lit>(undefined);

/** Does what is selected leave this one in the dark? */
export function useDim(node: string): boolean {
  return useContext(LitContext)?.has(node) === false;
}

/** What the selection leaves lit: the same as in the graph, where there is a way to be shown. A mere neighbourhood dims nothing here: a row shows its own. */
export function useLit(): Lit {
  const selected = useSelection((selection) => selection.selected);
  const [lit, setLit] = useState<Lit>();
  useEffect(() => {
    const look = () => {
      const now = litNow();
      setLit((before) => (sameNodes(before, now) ? before : now));
    };
    look();
    return selected === null ? undefined : liveModel.subscribe(look);
  }, [selected]);
  return lit;
}

function litNow(): Lit {
  const focus = focusOfSelected();
  return focus === undefined || focus.along.size === 0 ? undefined : focus.nodes;
}

function sameNodes(left: Lit, right: Lit): boolean {
  return left === right || (left !== undefined && right !== undefined && left.size === right.size && [...left].every((node) => right.has(node)));
}
