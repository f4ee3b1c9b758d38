import { memo } from "react";
import { formatCount, plural } from "../../app/format.ts";
import { nameInGroup } from "../../projections/graph-groups.ts";
import { isCooling, isShared, type ResourceNode, resourceId, sectionWords, signalOf } from "../../projections/graph-nodes.ts";
import { useThing } from "../../stores/selection.ts";
import { type Alerts, useAlerts } from "../graph/alerts.ts";
import { useResourceNode } from "../graph/live-model.ts";
import { Approach } from "./Approach.tsx";
import { Block, shortCount } from "./Block.tsx";
import { useDim } from "./dims.ts";
import classes from "./Row.module.css";
import { SignalLamp, signalWords } from "./SignalLamp.tsx";
import { Since, Until } from "./Ticking.tsx";

/** Widths of a row's parts, the same in every row so that they stand in columns. */
export interface RowWidths {
  readonly name: number;
  readonly approach: number;
  readonly block: number;
}

/** What needs a person is said in full: its words reach this far over the track. */
const alertOverlap = 28;

/** One section: its name, who comes, the signal, who is in it. */
export const Row = memo(function Row({ path, group, widths }: { readonly path: string; readonly group: string; readonly widths: RowWidths }) {
  const node = useResourceNode(path);
  const alerts = useAlerts();
  const { selected, select, props } = useThing("resource", path);
  const dim = useDim(resourceId(path));
  if (node === undefined) return null;
  const alert = node.locks.some((lock) => alerts.fences.has(lock.fence));
  return (
    <div
      className={classes.row}
      style={{ gridTemplateColumns: `${widths.name}px ${widths.approach}px 14px ${widths.block}px` }}
      data-path={path}
      {...props}
      data-dim={dim || undefined}
      data-quiet={node.quietSinceMs !== undefined || undefined}
    >
      <div className={classes.words}>
        <button type="button" className={classes.name} data-row aria-pressed={selected} title={path} onClick={select}>
          <bdi>{nameInGroup(path, group)}</bdi>
          <span className="sb-hidden">, {rowSummary(node)}</span>
        </button>
        <span className={classes.sub} data-alert={alert || undefined}>
          <SubLine node={node} alerts={alerts} />
        </span>
      </div>
      <Approach node={node} width={widths.approach - (alert ? alertOverlap : 0)} />
      <SignalLamp signal={signalOf(node)} />
      <Block node={node} width={widths.block} />
    </div>
  );
});

/** One fact, the most telling one. */
function SubLine({ node, alerts }: { readonly node: ResourceNode; readonly alerts: Alerts }) {
  const { settings, locks, freeze, covered } = node;
  const stuck = locks.map((lock) => alerts.fences.get(lock.fence)).find((need) => need !== undefined);
  if (freeze !== undefined) return <>frozen by {freeze.by}</>;
  if (stuck !== undefined) {
    const lock = locks.find((one) => one.fence === stuck.fence);
    return (
      <>
        held <Since ms={lock?.grantedMs ?? stuck.sinceMs} spoken /> ·{" "}
        {stuck.kind === "deadlock" ? "deadlock" : stuck.kind === "lostHolder" ? "not connected" : stuck.kind === "overLimit" ? "over its limit" : "no progress"}
      </>
    );
  }
  const cooling = locks.find(isCooling);
  if (cooling?.coolingUntilMs !== undefined) {
    return (
      <>
        cools down · free <Until ms={cooling.coolingUntilMs} />
      </>
    );
  }
  if (covered !== undefined) return <>{covered.by === "above" ? `inside ${covered.path}, which is held` : `${plural(covered.locks, "part")} held`}</>;
  const guarded = settings.guarded ? " · guarded" : "";
  if (settings.capacity > 1) return <>{`${shortCount(node.taken)} of ${shortCount(settings.capacity)}${guarded}`}</>;
  if (locks.length > 1) return <>{`${isShared(node) ? "shared" : locks[0]?.level} ×${formatCount(locks.length)}${guarded}`}</>;
  if (locks[0] !== undefined)
    return (
      <>
        {[locks[0].mode === "shared" ? "shared" : "", locks[0].level === "sequenced" ? "" : locks[0].level, settings.guarded ? "guarded" : ""]
          .filter(Boolean)
          .join(" · ")}
      </>
    );
  return <>free{guarded}</>;
}

function rowSummary(node: ResourceNode): string {
  const plans = node.intents.length === 0 ? "" : `, ${plural(node.intents.length, "plan")}`;
  return `${sectionWords(node)}${plans}; signal ${signalWords[signalOf(node)]}`;
}
