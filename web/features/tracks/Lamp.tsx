import { type CSSProperties, memo } from "react";
import { agentId, type Tone } from "../../projections/graph-nodes.ts";
import { useThing } from "../../stores/selection.ts";
import { openFaultForm, useFaultsOn } from "../faults/fault-store.ts";
import { useDim } from "./dims.ts";
import classes from "./Lamp.module.css";

interface LampProps {
  readonly agent: string;
  readonly tone: Tone;
  /** Said to screen readers and in the tooltip: `w3 waits, first in the queue`. */
  readonly label: string;
  /** An announced plan: a dashed ring. */
  readonly planned?: boolean;
  readonly size?: number;
  /** Where a link line starts or ends: `holds` or `waits`. */
  readonly end?: "holds" | "waits";
  /** It has just been handed over from the queue: the one thing on the panel that moves. */
  readonly arrives?: boolean;
  readonly focusable?: boolean;
  /** It leads a group: a crown. */
  readonly leads?: boolean;
}

/** An agent: round, with its id as far as that fits. */
export const Lamp = memo(function Lamp({ agent, tone, label, planned = false, size = 24, end, arrives = false, focusable = true, leads = false }: LampProps) {
  const { selected, select, props } = useThing("agent", agent);
  const dim = useDim(agentId(agent));
  const faults = useFaultsOn(agent);
  const words = faults === "" ? label : `${label}, under a fault: ${faults}`;
  return (
    <button
      type="button"
      className={classes.lamp}
      style={{ "--lamp": `${size}px`, width: lampWidth(agent, size) } as CSSProperties}
      data-tone={tone}
      data-fault={faults !== "" || undefined}
      onContextMenu={(event) => {
        event.preventDefault();
        openFaultForm("pause", agent);
      }}
      data-planned={planned || undefined}
      {...props}
      data-dim={dim || undefined}
      data-arrives={arrives || undefined}
      data-leads={leads || undefined}
      data-lamp={agent}
      data-end={end}
      tabIndex={focusable ? 0 : -1}
      aria-label={words}
      aria-pressed={selected}
      title={words}
      onClick={select}
    >
      <span className={classes.id}>{shortId(agent)}</span>
    </button>
  );
});

/** In pixels. A lamp is round; an id that does not fit makes it longer. */
export function lampWidth(agent: string, size = 24): number {
  return Math.max(size, Math.ceil(shortId(agent).length * 6.2 + 7));
}

/** What tells one agent from another is mostly at the end of its id. */
export function shortId(agent: string): string {
  if (agent.length <= 4) return agent;
  const tail = /^(.).*?([0-9]+)$/.exec(agent);
  if (tail !== null) return `${tail[1]}${tail[2]}`.slice(-5);
  return agent.slice(0, 3);
}
