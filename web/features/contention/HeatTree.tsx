import type { CSSProperties } from "react";
import { formatDuration } from "../../app/format.ts";
import type { HeatNode } from "../../projections/contention-heat.ts";
import { useSelection } from "../../stores/selection.ts";
import classes from "./HeatTree.module.css";

const childrenAtMost = 8;
/** What has less of all waiting than this stays folded into its parent. */
const leastShare = 0.005;

/** Where in the tree of paths the waiting is: the darker, the more; the figures say the same. */
export function HeatTree({ nodes }: { nodes: readonly HeatNode[] }) {
  return nodes.length === 0 ? <p className={classes.more}>Nobody had to wait.</p> : <Nodes nodes={nodes} />;
}

function Nodes({ nodes }: { nodes: readonly HeatNode[] }) {
  const shown = nodes.slice(0, childrenAtMost).filter(({ share }, index) => index === 0 || share >= leastShare);
  const rest = nodes.slice(shown.length);
  return (
    <ul className={classes.nodes}>
      {shown.map((node) => (
        <li key={node.path}>
          <Cell node={node} />
          {node.children.length > 0 ? <Nodes nodes={node.children} /> : null}
        </li>
      ))}
      {rest.length > 0 ? (
        <li className={classes.more}>
          and {rest.length} more, waited for {formatDuration(rest.reduce((sum, { waitedMs }) => sum + waitedMs, 0))} together
        </li>
      ) : null}
    </ul>
  );
}

function Cell({ node }: { node: HeatNode }) {
  const select = useSelection((selection) => selection.select);
  const chosen = useSelection(({ selected }) => selected?.kind === "resource" && selected.id === node.path);
  return (
    <button
      type="button"
      className={classes.cell}
      style={{ "--heat": `${Math.round(node.share * 40)}%` } as CSSProperties}
      data-selected={chosen || undefined}
      title={node.path}
      onClick={() => select({ kind: "resource", id: node.path })}
    >
      <span className={classes.name}>{node.name}</span>
      <span className={classes.figures}>
        {formatDuration(node.waitedMs)} · {Math.round(node.share * 100)} %
      </span>
    </button>
  );
}
