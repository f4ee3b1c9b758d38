import { type ShownNode, stateWords } from "../../projections/nodes-view.ts";
import classes from "./NodesList.module.css";

interface NodesListProps {
  readonly nodes: readonly ShownNode[];
  readonly selected?: string | undefined;
  onSelect?(agent: string): void;
}

/** The same as the picture in words, a row for each node. */
export function NodesList({ nodes, selected, onSelect }: NodesListProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by key.
    <section className={classes.scroll} tabIndex={0} aria-label="Nodes">
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Node</th>
            <th scope="col">Role</th>
            <th scope="col">Term</th>
            <th scope="col">Leader</th>
            <th scope="col">Vote</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {nodes.map(({ agent, view }) => (
            <tr key={agent} data-selected={agent === selected || undefined} data-leads={view?.role === "leader" || undefined}>
              <th scope="row">
                <button type="button" className="sb-mono" onClick={() => onSelect?.(agent)}>
                  {agent}
                </button>
              </th>
              <td>{stateWords[view?.role ?? "down"]}</td>
              <td>{view?.term ?? "–"}</td>
              <td className="sb-mono">{view?.leader ?? "–"}</td>
              <td className="sb-mono">{view?.votedFor ?? "–"}</td>
              <td className={classes.why}>{view?.because ?? ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
