import { Button } from "@mantine/core";
import type { Finding } from "../../../shared/model/index.ts";
import type { State } from "../../../shared/state/index.ts";
import { openAct, releasable } from "../acts/act-store.ts";
import inspector from "../inspector/Inspector.module.css";
import { openDepose } from "./election-acts.ts";

/** What ends a split brain: another term keeps both out, a lock is taken back, whoever goes on is put out. */
export function SplitBrainActs({ state, found: { agents, resources, plan } }: { state: State; found: Finding }) {
  const [group = ""] = resources;
  const leader = state.elections.get(group)?.leader;
  const [older = ""] = agents;
  const locks = releasable(state, { kind: "agent", id: older });
  return (
    <>
      {leader === undefined ? null : (
        <Button size="xs" variant="default" className={plan?.act === "depose" ? inspector.release : undefined} onClick={() => openDepose(group, leader)}>
          Depose {leader.agent}…
        </Button>
      )}
      {locks.length === 0 ? null : (
        <Button size="xs" variant="default" onClick={() => openAct({ type: "lock.forceRelease", locks })}>
          Release a lock of {older}…
        </Button>
      )}
      {agents.slice(0, 2).map((agent) => {
        const session = state.agents.get(agent);
        return session === undefined ? null : (
          <Button
            key={agent}
            size="xs"
            variant="default"
            className={plan?.act === "look" && agent === older ? inspector.release : undefined}
            onClick={() => openAct({ type: "session.expel", session, agent })}
          >
            Expel {agent}…
          </Button>
        );
      })}
    </>
  );
}
