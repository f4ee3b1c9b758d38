import { memo } from "react";
import { formatCount } from "../../app/format.ts";
import { Ring } from "../../components/Ring.tsx";
import { ordinal, policyWords } from "../../projections/election-words.ts";
import { candidateOrder } from "../../projections/elections.ts";
import { type GroupNode, groupId, groupWords, runningOf } from "../../projections/graph-nodes.ts";
import { useThing } from "../../stores/selection.ts";
import { useAlerts } from "../graph/alerts.ts";
import { useGroupNode } from "../graph/live-model.ts";
import approach from "./Approach.module.css";
import block from "./Block.module.css";
import { useDim } from "./dims.ts";
import { Lamp, lampWidth } from "./Lamp.tsx";
import classes from "./Row.module.css";
import type { RowWidths } from "./Row.tsx";
import { Since } from "./Ticking.tsx";

const moreWidth = 30;

/** One group: its name, who stands by, what runs out, who leads. */
export const GroupRow = memo(function GroupRow({ group, widths }: { readonly group: string; readonly widths: RowWidths }) {
  const node = useGroupNode(group);
  const alerts = useAlerts();
  const { selected, select, props } = useThing("group", group);
  const dim = useDim(groupId(group));
  if (node === undefined) return null;
  const need = alerts.groups.get(group);
  const running = runningOf(node.election);
  return (
    <div
      className={classes.row}
      style={{ gridTemplateColumns: `${widths.name}px ${widths.approach}px 14px ${widths.block}px` }}
      data-path={group}
      {...props}
      data-dim={dim || undefined}
    >
      <div className={classes.words}>
        <button type="button" className={classes.name} data-row aria-pressed={selected} title={group} onClick={select}>
          <bdi>{group}</bdi>
          <span className="sb-hidden">, {groupWords(node)}</span>
        </button>
        <span className={classes.sub} data-alert={need !== undefined || undefined}>
          {need?.kind === "splitBrain" ? "two believe that they lead" : subWords(node)}
        </span>
      </div>
      <StandingBy node={node} width={widths.approach} />
      {running === undefined ? <span /> : <Ring sinceMs={running.sinceMs} untilMs={running.untilMs} label={running.what} size={14} />}
      <Leads node={node} alert={need?.kind === "splitBrain"} room={widths.block} />
    </div>
  );
});

function subWords({ election, nodes }: GroupNode): string {
  if (election === undefined) return `${nodes[0]?.view.protocol ?? "protocol"}, ${formatCount(nodes.length)} nodes`;
  const { settings, terms, frozen, ballot } = election;
  if (ballot !== undefined) return `${ballot.yes.length} of ${ballot.need} votes`;
  if (frozen !== undefined) return `frozen by ${frozen.by}`;
  return terms === 0 ? policyWords[settings.policy].label : `${policyWords[settings.policy].label} · ${ordinal(terms)} leader`;
}

/** Who would lead, the next one nearest. */
function StandingBy({ node: { election, nodes }, width }: { readonly node: GroupNode; readonly width: number }) {
  const agents =
    election === undefined
      ? nodes.filter(({ view }) => view.role !== "leader").map(({ agent }) => agent)
      : candidateOrder(election)
          .filter(({ session }) => session !== election.leader?.session)
          .map(({ agent }) => agent);
  let left = width - 6;
  const shown: string[] = [];
  for (const agent of agents) {
    left -= lampWidth(agent) + 3;
    if (left < (shown.length === agents.length - 1 ? 0 : moreWidth)) break;
    shown.push(agent);
  }
  const more = agents.length - shown.length;
  return (
    <div className={approach.approach}>
      {more > 0 ? <span className={approach.more}>+{formatCount(more)}</span> : null}
      {shown
        .map((agent) => <Lamp key={agent} agent={agent} tone={election?.ballot?.agent === agent ? "wait" : "idle"} label={`${agent} stands by`} />)
        .reverse()}
    </div>
  );
}

function Leads({ node: { election, nodes }, alert, room }: { readonly node: GroupNode; readonly alert: boolean; readonly room: number }) {
  const leading = nodes.find(({ view }) => view.role === "leader");
  const leader = election?.leader ?? (leading && { agent: leading.agent, sinceMs: leading.sinceMs, term: String(leading.view.term) });
  const wanted = (election?.candidates.length ?? 0) + nodes.length > 0;
  if (leader === undefined)
    return (
      <div className={block.block}>
        <div className={block.compartment} data-state={wanted ? "vacant" : "free"}>
          {wanted ? (
            <span className={block.time}>
              nobody{election?.vacantMs === undefined ? null : " "}
              {election?.vacantMs === undefined ? null : <Since ms={election.vacantMs} />}
            </span>
          ) : null}
        </div>
      </div>
    );
  const lamp = lampWidth(leader.agent, 20);
  return (
    <div className={block.block}>
      <div className={block.compartment} data-state={alert ? "alert" : "lead"}>
        <Lamp agent={leader.agent} tone={alert ? "alert" : "lead"} size={20} label={`${leader.agent} leads, term ${leader.term}`} end="holds" />
        <span className={block.time}>
          <Since ms={leader.sinceMs} />
        </span>
        {room >= 70 + lamp + 7 * leader.term.length ? <span className={block.fence}>#{leader.term}</span> : null}
      </div>
    </div>
  );
}
