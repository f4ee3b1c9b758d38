import type { Finding } from "../../../shared/model/index.ts";
import { nodeKey, type State } from "../../../shared/state/index.ts";
import { Since } from "../../components/Clock.tsx";
import { Name } from "../../components/Names.tsx";
import inspector from "../inspector/Inspector.module.css";
import { Line, Lines } from "../inspector/parts.tsx";
import { useTerms } from "./term-store.ts";

/** The two that believe that they lead, each with its term as far as anybody knows. */
export function Rivals({ state, found: { agents, resources } }: { state: State; found: Finding }) {
  const [group = ""] = resources;
  const terms = useTerms().filter((one) => one.group === group);
  const leader = state.elections.get(group)?.leader;
  return (
    <>
      <p className={inspector.calm}>
        Of <Name kind="group" id={group} />:
      </p>
      <Lines>
        {agents.slice(0, 2).map((agent) => {
          const node = state.nodes.get(nodeKey(group, state.agents.get(agent) ?? ""));
          const last = terms.find((one) => one.agent === agent);
          return (
            <Line key={agent} lamp={leader?.agent === agent ? "lead" : "alert"}>
              <Name kind="agent" id={agent} />{" "}
              {leader?.agent === agent ? (
                <>
                  leads in term <span className="sb-mono">{leader.term}</span>, for <Since sinceMs={leader.sinceMs} words />
                </>
              ) : node !== undefined ? (
                <>
                  tells that it leads in term <span className="sb-mono">{node.view.term}</span>
                </>
              ) : last === undefined ? (
                "goes on as if it led"
              ) : (
                <>
                  goes on as if it led; its last term was <span className="sb-mono">{last.term}</span>
                </>
              )}
              {state.agents.has(agent) ? "" : "; it is not here any more"}
            </Line>
          );
        })}
      </Lines>
    </>
  );
}
