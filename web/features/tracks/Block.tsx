import { memo, useRef } from "react";
import type { Lock } from "../../../shared/model/index.ts";
import { formatCount } from "../../app/format.ts";
import { isCooling, type ResourceNode } from "../../projections/graph-nodes.ts";
import { nowMs } from "../../stores/clock.ts";
import { useAlerts } from "../graph/alerts.ts";
import classes from "./Block.module.css";
import { Lamp, lampWidth } from "./Lamp.tsx";
import { Since } from "./Ticking.tsx";

/** More compartments than this would be slivers: the block is one bar by weight then. */
const compartmentsAtMost = 6;
/** A grant younger than this, to one who waited, is a hand-over that is just happening. */
const handOverMs = 1_500;

/** The section itself: a compartment for each unit, with who is in it, since when, and the fence. */
export const Block = memo(function Block({ node, width }: { readonly node: ResourceNode; readonly width: number }) {
  const { capacity } = node.settings;
  const units = Math.max(capacity, node.locks.length, 1);
  const slots = useSlots(node.locks, units <= compartmentsAtMost && node.locks.every((lock) => lock.weight === 1) ? units : 0);
  const frozen = node.freeze !== undefined;
  if (slots.length > 0) {
    return (
      <div className={classes.block} data-frozen={frozen || undefined}>
        {slots.map((lock, index) => (
          <Compartment key={lock?.fence ?? `free ${index}`} lock={lock} room={width / slots.length} conflict={isInConflict(node, lock)} />
        ))}
      </div>
    );
  }
  return <Bar node={node} width={width} />;
});

/** Large capacities, and unequal weights: each holder as wide as its share; what is free stays open. */
function Bar({ node, width }: { readonly node: ResourceNode; readonly width: number }) {
  const total = Math.max(node.settings.capacity, node.taken);
  const fitting = Math.max(1, Math.floor(width / 76));
  const shown = node.locks.slice(0, node.locks.length > fitting ? fitting - 1 : fitting);
  const rest = node.locks.slice(shown.length);
  const restWeight = rest.reduce((sum, lock) => sum + lock.weight, 0);
  return (
    <div className={classes.block} data-frozen={node.freeze !== undefined || undefined}>
      {shown.map((lock) => (
        <Compartment
          key={lock.fence}
          lock={lock}
          room={Math.max(72, (width * lock.weight) / total)}
          grow={lock.weight / total}
          weight={node.settings.capacity > 1 ? lock.weight : undefined}
          conflict={isInConflict(node, lock)}
        />
      ))}
      {rest.length > 0 && (
        <div
          className={classes.compartment}
          data-state="hold"
          style={{ flexGrow: restWeight / total }}
          title={`${rest.length} more holders, ${formatCount(restWeight)} units`}
        >
          <span className={classes.time}>+{formatCount(rest.length)}</span>
        </div>
      )}
      {node.taken < total && (
        <div
          className={classes.compartment}
          data-state="free"
          style={{ flexGrow: 1 - node.taken / total, minWidth: 10 }}
          title={`${formatCount(total - node.taken)} units free`}
        />
      )}
    </div>
  );
}

interface CompartmentProps {
  readonly lock: Lock | undefined;
  /** Its width in pixels: what does not fit is left out, the fence first. */
  readonly room: number;
  readonly grow?: number;
  readonly weight?: number | undefined;
  readonly conflict: boolean;
}

function Compartment({ lock, room, grow = 1, weight, conflict }: CompartmentProps) {
  const { fences } = useAlerts();
  if (lock === undefined) return <div className={classes.compartment} data-state="free" />;
  const lamp = lampWidth(lock.agent, 20);
  const alert = fences.has(lock.fence);
  const cooling = isCooling(lock);
  const arrives = lock.waitedMs > 0 && nowMs() - lock.grantedMs < handOverMs;
  const what = `${lock.agent} ${cooling ? "held it; its lock-delay is running" : `holds it ${lock.mode === "shared" ? "shared" : ""}`.trim()}, fence ${lock.fence}`;
  return (
    <div
      className={classes.compartment}
      data-state={cooling ? "cooling" : alert ? "alert" : "hold"}
      data-conflict={conflict || undefined}
      style={{ flexGrow: grow, minWidth: grow < 1 ? lamp + 46 : 0 }}
    >
      <Lamp
        agent={lock.agent}
        tone={cooling ? "idle" : alert ? "alert" : "hold"}
        size={20}
        label={conflict ? `${what}; in conflict with another holder` : what}
        end="holds"
        arrives={arrives}
        planned={cooling}
      />
      {room >= 42 + lamp && <span className={classes.time}>{weight !== undefined ? shortCount(weight) : <Since ms={lock.grantedMs} />}</span>}
      {room >= 70 + lamp + 7 * lock.fence.length && <span className={classes.fence}>#{lock.fence}</span>}
    </div>
  );
}

/** `310k`, `1.2M`. */
export function shortCount(count: number): string {
  if (count < 10_000) return formatCount(count);
  const [scaled, unit] = count < 1_000_000 ? [count / 1_000, "k"] : [count / 1_000_000, "M"];
  return `${scaled < 10 ? scaled.toFixed(1).replace(/\.0$/, "") : Math.round(scaled)}${unit}`;
}

function isInConflict(node: ResourceNode, lock: Lock | undefined): boolean {
  return lock !== undefined && node.conflicts.includes(`holds:${lock.fence}`);
}

/** A holder keeps its compartment while others come and go. No slots for 0 units. */
function useSlots(locks: readonly Lock[], units: number): readonly (Lock | undefined)[] {
  const slotOf = useRef(new Map<string, number>());
  const slots = new Array<Lock | undefined>(units).fill(undefined);
  const before = slotOf.current;
  slotOf.current = new Map();
  const homeless: Lock[] = [];
  for (const lock of locks.slice(0, units)) {
    const slot = before.get(lock.fence);
    if (slot !== undefined && slot < units && slots[slot] === undefined) slots[slot] = lock;
    else homeless.push(lock);
  }
  for (const lock of homeless) slots[slots.indexOf(undefined)] = lock;
  slots.forEach((lock, slot) => {
    if (lock !== undefined) slotOf.current.set(lock.fence, slot);
  });
  return slots;
}
