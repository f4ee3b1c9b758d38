import { memo } from "react";
import { formatCount } from "../../app/format.ts";
import { type Planned, plansAhead, type Queued, type ResourceNode } from "../../projections/graph-nodes.ts";
import { useAlerts } from "../graph/alerts.ts";
import classes from "./Approach.module.css";
import { Lamp, lampWidth } from "./Lamp.tsx";
import { Until } from "./Ticking.tsx";

const gap = 3;
const plannedWidth = 44;
/** What "+12" takes. */
const moreWidth = 30;

/** Those on the way: announced plans far out, then the queue, the next one right before the signal. */
export const Approach = memo(function Approach({ node, width }: { readonly node: ResourceNode; readonly width: number }) {
  const plans = plansAhead(node);
  const { queued, planned } = fitting(node.queue, plans, width);
  const more = node.queue.length - queued.length;
  const plansMore = plans.length - planned.length;
  return (
    <div className={classes.approach}>
      {plansMore > 0 && planned.length > 0 && <span className={classes.plansMore}>+{plansMore}</span>}
      {[...planned].reverse().map((plan) => (
        <Plan key={plan.intent.intent} plan={plan} conflict={node.conflicts.includes(`intends:${plan.intent.intent}:${node.path}`)} />
      ))}
      {more > 0 && (
        <span className={classes.more} title={`${formatCount(node.queue.length)} wait here`}>
          +{formatCount(more)}
        </span>
      )}
      {queued.map((entry, index) => <Waiter key={entry.wait.request} entry={entry} place={index + 1} path={node.path} />).reverse()}
    </div>
  );
});

function Waiter({ entry: { wait, want }, place, path }: { readonly entry: Queued; readonly place: number; readonly path: string }) {
  const { agents } = useAlerts();
  const also = wait.wants.length > 1 ? `, together with ${wait.wants.length - 1} more` : "";
  const label = `${wait.agent} waits for ${path}${want.mode === "shared" ? " shared" : ""}, ${place === 1 ? "next" : `place ${place}`}${also}`;
  return <Lamp agent={wait.agent} tone={agents.has(wait.agent) ? "alert" : "wait"} label={label} end="waits" />;
}

function Plan({ plan: { intent, want }, conflict }: { readonly plan: Planned; readonly conflict: boolean }) {
  const words = `${intent.agent} means to use it${want.mode === "shared" ? " shared" : ""}: ${intent.reason}${conflict ? "; in conflict with another plan" : ""}`;
  return (
    <span className={classes.plan} data-conflict={conflict || undefined}>
      <Lamp agent={intent.agent} tone={conflict ? "alert" : "intend"} planned label={words} />
      <span className={classes.countdown} aria-hidden="true">
        <Until ms={intent.startMs} past={conflict ? "clash" : "due"} />
      </span>
    </span>
  );
}

/** The nearest first, as many as there is room for; the queue before the plans. */
function fitting(queue: readonly Queued[], plans: readonly Planned[], width: number): { queued: readonly Queued[]; planned: readonly Planned[] } {
  let left = width - 6;
  let count = 0;
  for (const [index, { wait }] of queue.entries()) {
    const rest = left - lampWidth(wait.agent) - gap;
    const isLast = index === queue.length - 1;
    if (rest < (isLast ? 0 : moreWidth) && count > 0) break;
    left = rest;
    count += 1;
  }
  if (count < queue.length) left -= moreWidth;
  return { queued: queue.slice(0, count), planned: plans.slice(0, Math.max(0, Math.floor(left / plannedWidth))) };
}
