import { Problem } from "../../app/Problem.tsx";
import { useSelection } from "../../stores/selection.ts";
import { useSettledPosition, useWorld } from "../../stores/world.ts";
import { DeadlockPanel } from "../deadlocks/DeadlockPanel.tsx";
import { GroupPanel } from "../elections/GroupPanel.tsx";
import { FindingPanel } from "../findings/FindingPanel.tsx";
import { AgentPanel } from "./AgentPanel.tsx";
import classes from "./Inspector.module.css";
import { IntentPanel } from "./IntentPanel.tsx";
import { Overview } from "./Overview.tsx";
import { ResourcePanel } from "./ResourcePanel.tsx";

/** Answers in words about what is selected; with nothing selected, about the whole space. */
export function Inspector() {
  const selected = useSelection((selection) => selection.selected);
  const state = useWorld((world) => world.state);
  useSettledPosition();
  if (state === null) return null;
  return (
    <div className={classes.inspector} data-kind={selected?.kind ?? "overview"}>
      <Problem key={`${selected?.kind} ${selected?.id}`} where="The inspector">
        {selected === null ? <Overview state={state} /> : null}
        {selected?.kind === "resource" ? <ResourcePanel state={state} resource={selected.id} /> : null}
        {selected?.kind === "group" ? <GroupPanel state={state} group={selected.id} /> : null}
        {selected?.kind === "agent" ? <AgentPanel state={state} agent={selected.id} /> : null}
        {selected?.kind === "deadlock" ? <DeadlockPanel state={state} id={selected.id} /> : null}
        {selected?.kind === "finding" ? <FindingPanel state={state} id={selected.id} /> : null}
        {selected?.kind === "intent" ? <IntentPanel state={state} id={selected.id} /> : null}
      </Problem>
    </div>
  );
}
