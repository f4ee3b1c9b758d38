import type { Node, NodeProps } from "@xyflow/react";
import { memo } from "react";
import type { Election } from "../../../shared/model/index.ts";
import { formatCount } from "../../app/format.ts";
import { Ring } from "../../components/Ring.tsx";
import { nameInGroup } from "../../projections/graph-groups.ts";
import { sizes } from "../../projections/graph-layout.ts";
import {
  agentCaption,
  agentTone,
  groupTone,
  groupWords,
  isCooling,
  type ResourceNode,
  resourceTone,
  runningOf,
  sectionWords,
  signalOf,
} from "../../projections/graph-nodes.ts";
import { useThing } from "../../stores/selection.ts";
import { openFaultForm, useFaultsOn } from "../faults/fault-store.ts";
import { shortCount } from "../tracks/Block.tsx";
import { isAlerted, needWords, useAlerts } from "./alerts.ts";
import { useAgentNode, useGroupNode, useResourceNode } from "./live-model.ts";
import classes from "./nodes.module.css";

/** The flow knows where a node is and nothing else: what it shows it reads itself, so the flow need not be told of changes. */
export type LampNode = Node<{ readonly agent: string; readonly dim: boolean }, "lamp">;
export type GroupFlowNode = Node<{ readonly group: string; readonly dim: boolean }, "group">;
export type SectionNode = Node<{ readonly path: string; readonly dim: boolean }, "section">;

const LampElement = memo(function LampElement({ data: { agent, dim } }: NodeProps<LampNode>) {
  const node = useAgentNode(agent);
  const alerts = useAlerts();
  const { props } = useThing("agent", agent);
  const faults = useFaultsOn(agent);
  if (node === undefined) return null;
  const under = faults === "" ? "" : `, under a fault: ${faults}`;
  const need = alerts.agents.get(agent);
  const caption = need === undefined ? agentCaption(node) : needWords[need.kind];
  return (
    <div
      className={classes.lamp}
      role="img"
      aria-label={`Agent ${agent}, ${caption}${under}`}
      title={`${agent}, ${caption}${node.session.doing === "" ? "" : `: ${node.session.doing}`}${under}`}
      data-fault={faults !== "" || undefined}
      onContextMenu={(event) => {
        event.preventDefault();
        openFaultForm("pause", agent);
      }}
      data-tone={agentTone(node, need !== undefined)}
      {...props}
      data-dim={dim || undefined}
      data-long={agent.length > 4 || undefined}
      data-leads={node.leads > 0 || undefined}
    >
      {node.timer === undefined ? null : (
        <span className={classes.timer}>
          <Ring sinceMs={node.timer.sinceMs} untilMs={node.timer.untilMs} label={node.timer.what} size={sizes.lamp + 12} />
        </span>
      )}
      <span className={classes.id}>{agent.length > 9 ? `…${agent.slice(-8)}` : agent}</span>
    </div>
  );
});

const SectionElement = memo(function SectionElement({ data: { path, dim } }: NodeProps<SectionNode>) {
  const node = useResourceNode(path);
  const alerts = useAlerts();
  const { props } = useThing("resource", path);
  if (node === undefined) return null;
  const alert = node.locks.some((lock) => alerts.fences.has(lock.fence));
  return (
    <div
      className={classes.section}
      role="img"
      aria-label={`${path}, ${sectionWords(node)}`}
      title={`${path}, ${sectionWords(node)}`}
      data-tone={alert ? "alert" : resourceTone(node)}
      data-signal={signalOf(node)}
      {...props}
      data-dim={dim || undefined}
      onContextMenu={(event) => {
        event.preventDefault();
        openFaultForm("holdForever", node.locks[0]?.agent ?? "");
      }}
    >
      <span className={classes.name}>
        <bdi>{nameInGroup(path, node.group)}</bdi>
      </span>
      <Pips node={node} />
      {node.queue.length > 0 ? <span className={classes.queue}>{formatCount(node.queue.length)}</span> : null}
    </div>
  );
});

const GroupElement = memo(function GroupElement({ data: { group, dim } }: NodeProps<GroupFlowNode>) {
  const node = useGroupNode(group);
  const alerts = useAlerts();
  const { props } = useThing("group", group);
  if (node === undefined) return null;
  const words = groupWords(node);
  const { sectionWidth: width, sectionHeight: height } = sizes;
  const point = height / 3;
  return (
    <div
      className={classes.group}
      role="img"
      aria-label={`Group ${group}, ${words}`}
      title={`${group}, ${words}`}
      data-tone={groupTone(node, isAlerted(alerts, node))}
      {...props}
      data-dim={dim || undefined}
    >
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
        <polygon points={`1,${height / 2} ${point},1 ${width - point},1 ${width - 1},${height / 2} ${width - point},${height - 1} ${point},${height - 1}`} />
      </svg>
      <span className={classes.name}>
        <bdi>{nameInGroup(group, node.group)}</bdi>
      </span>
      <span className={classes.leads}>{words}</span>
      <GroupRing election={node.election} />
    </div>
  );
});

/** What of a group runs out by itself: a vote, a delay, a window. */
function GroupRing({ election }: { readonly election: Election | undefined }) {
  const runs = runningOf(election);
  return runs === undefined ? null : (
    <span className={classes.ring} title={runs.what}>
      <Ring sinceMs={runs.sinceMs} untilMs={runs.untilMs} label={runs.what} size={18} />
    </span>
  );
}

export const nodeTypes = { lamp: LampElement, section: SectionElement, group: GroupElement };

const pipsAtMost = 12;

/** A pip for each unit; large capacities are one bar. */
function Pips({ node }: { readonly node: ResourceNode }) {
  const units = Math.max(node.settings.capacity, node.locks.length);
  const cooling = node.locks.some(isCooling);
  if (units > pipsAtMost) {
    return (
      <span className={classes.bar}>
        <span style={{ width: `${Math.min(100, (100 * node.taken) / units)}%` }} />
        <em>{`${shortCount(node.taken)} of ${shortCount(units)}`}</em>
      </span>
    );
  }
  return (
    <span className={classes.pips}>
      {Array.from({ length: units }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a pip is its place
        <span key={index} data-taken={index < node.taken || undefined} data-cooling={(cooling && index < node.taken) || undefined} />
      ))}
    </span>
  );
}
