import type { GroupNode, NodeRole } from "../../../shared/model/index.ts";
import { formatCount, formatDuration, plural } from "../../app/format.ts";
import { Dot, type Lamp, Name } from "../../components/Names.tsx";
import { Ring } from "../../components/Ring.tsx";
import { stateWords } from "../../projections/nodes-view.ts";
import { FaultOn } from "../faults/FaultOn.tsx";
import classes from "./Elections.module.css";
import { LogStrip } from "./LogStrip.tsx";

const lamps: Readonly<Record<NodeRole, Lamp>> = { leader: "lead", candidate: "wait", preCandidate: "wait", follower: "idle", learner: "idle" };

/** The nodes of a protocol that agents run among themselves, as each shows itself. */
export function NodeTable({ nodes, atMost }: { nodes: readonly GroupNode[]; atMost: number }) {
  const shown = [...nodes].sort((one, other) => (one.agent < other.agent ? -1 : 1)).slice(0, atMost);
  return (
    <ul className={classes.nodes} aria-label="Nodes">
      {shown.map((node) => (
        <NodeLine key={node.session} node={node} />
      ))}
      {nodes.length > atMost ? <li className={classes.more}>and {plural(nodes.length - atMost, "more", "more")}</li> : null}
    </ul>
  );
}

function NodeLine({ node: { agent, view, toldMs } }: { node: GroupNode }) {
  const { role, term, votedFor, votes, timer, log } = view;
  const said = votes.filter(({ granted }) => granted).length;
  return (
    <li className={classes.node} title={view.because}>
      <Dot lamp={lamps[role]} />
      <Name kind="agent" id={agent} />
      <span>{stateWords[role]}</span>
      <span>
        term <span className="sb-mono">{formatCount(term)}</span>
      </span>
      <span className={classes.voted}>
        {role === "candidate" || role === "preCandidate" ? `${said} of ${view.members.length} votes` : votedFor === null ? "no vote" : `voted ${votedFor}`}
      </span>
      {timer === undefined ? (
        <span />
      ) : (
        <span title={`${timer.what}, ${formatDuration(timer.leftMs)} when it was told`}>
          <Ring sinceMs={toldMs - (timer.spanMs - timer.leftMs)} untilMs={toldMs + timer.leftMs} label={timer.what} />
        </span>
      )}
      {log === undefined ? null : <LogStrip log={log} />}
      <FaultOn agent={agent} />
    </li>
  );
}
