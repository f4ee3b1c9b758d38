import { type RefObject, useCallback, useEffect, useState } from "react";
import type { State } from "../../../shared/state/index.ts";
import { ringOf } from "../../projections/deadlock-words.ts";
import { itemHeights } from "../../projections/tracks.ts";
import { chainOf } from "../../projections/wait-chain.ts";
import { type Selected, useSelection } from "../../stores/selection.ts";
import { useWorldValue } from "../../stores/world.ts";
import { useAlerts } from "../graph/alerts.ts";
import { liveModel } from "../graph/live-model.ts";
import type { RowWidths } from "./Row.tsx";
import classes from "./TracksView.module.css";
import type { Columns } from "./use-tracks.ts";

interface LinksProps {
  readonly lines: Columns;
  readonly columnWidth: number;
  readonly gap: number;
  readonly widths: RowWidths;
  readonly scroller: RefObject<HTMLDivElement | null>;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Link {
  readonly id: string;
  readonly from: Point;
  readonly to: Point;
}

/** Links drawn at once; an agent with more has a list in the inspector. */
const linksAtMost = 24;

/** For the selected agent and whom it waits for, or each one of the selected deadlock: from every section that it holds to every one that it waits for. */
export function Links({ lines, columnWidth, gap, widths, scroller }: LinksProps) {
  const selected = useSelection((selection) => selection.selected);
  const agents = useWorldValue(
    useCallback((state) => agentsOf(selected, state), [selected]),
    { equal: sameList },
  );
  const alerts = useAlerts();
  const [links, setLinks] = useState<readonly Link[]>([]);
  useEffect(() => {
    if (agents.length === 0) {
      setLinks([]);
      return;
    }
    let frame = 0;
    const draw = () => {
      frame = 0;
      const guess = (path: string, end: "holds" | "waits") => placeOf(path, end, lines, columnWidth, gap, widths);
      setLinks(agents.flatMap((agent) => linksOf(agent, scroller.current, guess)).slice(0, linksAtMost));
    };
    // After the rows themselves have been drawn.
    const ask = () => {
      if (frame === 0) frame = requestAnimationFrame(draw);
    };
    ask();
    const stop = liveModel.subscribe(ask);
    const element = scroller.current;
    element?.addEventListener("scroll", ask, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      stop();
      element?.removeEventListener("scroll", ask);
    };
  }, [agents, lines, columnWidth, gap, widths, scroller]);
  if (agents.length === 0 || links.length === 0) return null;
  const alert = agents.some((agent) => alerts.agents.has(agent)) || undefined;
  return (
    <svg className={classes.links} aria-hidden="true">
      {links.map((link) => (
        <g key={link.id}>
          <path className={classes.halo} d={curve(link)} />
          <path className={classes.link} data-alert={alert} d={curve(link)} />
          <circle className={classes.end} data-alert={alert} cx={link.from.x} cy={link.from.y} r="3" />
          <circle className={classes.end} data-alert={alert} cx={link.to.x} cy={link.to.y} r="3" />
        </g>
      ))}
    </svg>
  );
}

function agentsOf(selected: Selected | null, state: State | null): readonly string[] {
  if (selected?.kind === "agent") {
    const session = state?.agents.get(selected.id);
    const links = state === null || session === undefined ? [] : chainOf(state, session).links;
    return [...new Set([selected.id, ...links.map(({ agent }) => agent)])];
  }
  const found = selected?.kind === "deadlock" ? state?.deadlocks.get(selected.id) : undefined;
  return found === undefined ? [] : ringOf(found);
}

const sameList = (left: readonly string[], right: readonly string[]): boolean => left.length === right.length && left.every((one, at) => one === right[at]);

function linksOf(agent: string, scroller: HTMLElement | null, guess: (path: string, end: "holds" | "waits") => Point | undefined): Link[] {
  const node = liveModel.model.agents.get(agent);
  const content = scroller?.querySelector(`.${classes.columns}`);
  if (node === undefined || !content || !scroller) return [];
  const origin = content.getBoundingClientRect();
  const point = (path: string, end: "holds" | "waits"): Point | undefined => {
    const lamp = scroller.querySelector(`[data-path="${CSS.escape(path)}"] [data-lamp="${CSS.escape(agent)}"][data-end="${end}"]`)?.getBoundingClientRect();
    return lamp === undefined ? guess(path, end) : { x: lamp.left + lamp.width / 2 - origin.left, y: lamp.bottom - origin.top };
  };
  const held = [...new Set(node.locks.map((lock) => lock.resource))];
  const wanted = [...new Set(node.waits.flatMap((wait) => wait.wants.map((want) => want.resource)))];
  const links: Link[] = [];
  for (const path of held) {
    for (const other of wanted) {
      const from = point(path, "holds");
      const to = point(other, "waits");
      if (from !== undefined && to !== undefined && path !== other && links.length < linksAtMost) links.push({ id: `${agent} ${path} ${other}`, from, to });
    }
  }
  return links;
}

/** Where a row stands that is scrolled out of sight, or a lamp that stands behind "+n". */
function placeOf(path: string, end: "holds" | "waits", lines: Columns, columnWidth: number, gap: number, widths: RowWidths): Point | undefined {
  for (const [column, items] of lines.entries()) {
    let top = 0;
    for (const item of items) {
      if (item.kind === "row" && item.path === path) {
        const x = column * (columnWidth + gap) + widths.name + (end === "holds" ? widths.approach + 44 : widths.approach * 0.5);
        return { x, y: top + itemHeights.row / 2 + 11 };
      }
      top += itemHeights[item.kind];
    }
  }
  return undefined;
}

/** Leaves and arrives from below, like a siding. */
function curve({ from, to }: Link): string {
  const sag = Math.min(60, 18 + Math.abs(to.x - from.x) * 0.08 + Math.abs(to.y - from.y) * 0.12);
  return `M${from.x} ${from.y}C${from.x} ${from.y + sag} ${to.x} ${to.y + sag} ${to.x} ${to.y}`;
}
