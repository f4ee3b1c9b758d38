import { formatSelected } from "../../app/search.ts";
import { edgesAt } from "../../projections/graph-edges.ts";
import { useSelection } from "../../stores/selection.ts";
import { liveModel } from "./live-model.ts";

const verbs = { holds: "holds", waits: "waits for", intends: "plans to use", leads: "leads", campaigns: "campaigns in", votes: "votes in" } as const;

/** Says to a screen reader what the arrow keys came to. */
export function SelectionWords() {
  const selected = useSelection((selection) => selection.selected);
  const id = formatSelected(selected);
  const edges = id === undefined ? [] : edgesAt(liveModel.model, id);
  const said = edges
    .slice(0, 6)
    .map(({ kind, agent, about }) =>
      agent === id ? `${verbs[kind]} ${about.slice(about.indexOf(":") + 1)}` : `${agent.slice("agent:".length)} ${verbs[kind]} it`,
    );
  return (
    <p className="sb-hidden" aria-live="polite">
      {selected === null ? "" : `${selected.id}. ${said.length === 0 ? "No edges." : `${said.join(", ")}.`}`}
    </p>
  );
}
