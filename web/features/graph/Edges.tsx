import { ViewportPortal } from "@xyflow/react";
import { type MouseEvent, memo } from "react";
import { useStore } from "zustand";
import { parseSelected } from "../../app/search.ts";
import { edgeKinds, type GraphEdge, isWhole } from "../../projections/graph-edges.ts";
import { edgeLine, type LineStyle } from "../../projections/graph-geometry.ts";
import { type Point, sizes } from "../../projections/graph-layout.ts";
import { nowMs } from "../../stores/clock.ts";
import { selectionStore } from "../../stores/selection.ts";
import { openFaultForm } from "../faults/fault-store.ts";
import { Since, Until } from "../tracks/Ticking.tsx";
import classes from "./Edges.module.css";
import { liveModel } from "./live-model.ts";
import type { EdgeStore } from "./use-near.ts";

const styles: readonly LineStyle[] = [...edgeKinds, "conflict"];
const handOverMs = 1_500;
/**
 * A long line that comes or goes has all that it crosses painted anew, cards too. With more edges than this the canvas below
 * the cards draws them, and only those at the selected node are elements.
 */
export const elementsAtMost = 48;
const labelsAtMost = 16;

export interface PlacedEdge {
  readonly edge: GraphEdge;
  readonly agent: Point;
  readonly section: Point;
  /** Outside of the filter, or not at the selected node. */
  readonly dim: boolean;
  readonly highlighted: boolean;
  /** Part of the selected deadlock. */
  readonly ring: boolean;
  /** Part of it, or of the chain of a wait. */
  readonly way: boolean;
  /** Words of a steep edge stand to its left: away from the section's other edges, and from the agent's lit wait. */
  readonly left: boolean;
}

/** Words on edges keep about their size on the screen, in steps so that zooming does not draw them anew all the time. */
export function labelScaleAt(zoom: number): number {
  return zoom >= 0.9 ? 1 : Math.min(2.6, Math.round(9 / zoom) / 10);
}

/**
 * The edges of the near view, one SVG below the nodes: a hold leads to the agent, a wait and a plan lead to the section.
 * Those at the selected node, and those of the ring or the chain that is shown, have their times.
 */
export function Edges({ store, labelScale }: { readonly store: EdgeStore; readonly labelScale: number }) {
  const all = useStore(store, (shown) => shown.edges);
  const lit = all.filter(({ highlighted }) => highlighted);
  const edges = all.length <= elementsAtMost ? all : lit;
  // Of somebody who leads many groups every edge would say the same.
  const said = lit.length <= labelsAtMost ? labelScale : 0;
  return (
    <ViewportPortal>
      <svg className={classes.edges} width="1" height="1" aria-hidden="true">
        <defs>
          {styles.map((style) => (
            <marker
              key={style}
              id={`sb-arrow-${style}`}
              viewBox="0 0 10 10"
              refX="8.5"
              refY="5"
              markerWidth="13"
              markerHeight="13"
              markerUnits="userSpaceOnUse"
              orient="auto-start-reverse"
            >
              <path className={classes.arrow} data-style={style} d="M0 .8L9.5 5L0 9.2z" />
            </marker>
          ))}
        </defs>
        {edges.map(({ edge, agent, section, dim, highlighted, ring, way, left }) => (
          <Edge
            key={edge.id}
            edge={edge}
            ax={agent.x}
            ay={agent.y}
            sx={section.x}
            sy={section.y}
            dim={dim}
            ring={ring}
            way={way}
            left={left}
            labelScale={!highlighted ? 0 : way ? labelScale : said}
          />
        ))}
      </svg>
    </ViewportPortal>
  );
}

interface EdgeProps {
  readonly edge: GraphEdge;
  readonly ax: number;
  readonly ay: number;
  readonly sx: number;
  readonly sy: number;
  readonly dim: boolean;
  readonly ring: boolean;
  readonly way: boolean;
  readonly left: boolean;
  /** 0 for none. */
  readonly labelScale: number;
}

const Edge = memo(function Edge({ edge, ax, ay, sx, sy, dim, ring, way, left, labelScale }: EdgeProps) {
  const { from, to } = edgeLine(edge, { x: ax, y: ay }, { x: sx, y: sy }, sizes);
  const style: LineStyle = edge.conflict || ring ? "conflict" : edge.kind;
  const fresh = isWhole(edge) && nowMs() - edge.sinceMs < handOverMs;
  // Two edges of a ring often cross in their middles: their words stand nearer to who waits.
  const along = way && edge.kind === "waits" ? 0.3 : 0.5;
  const [x, y] = [from.x + (to.x - from.x) * along, from.y + (to.y - from.y) * along];
  const flat = Math.abs(to.x - from.x) > Math.abs(to.y - from.y);
  const roomy = Math.hypot(to.x - from.x, to.y - from.y) > (flat ? 44 : 14) * labelScale;
  return (
    <g className={classes.edge} data-edge={edge.id} data-dim={dim || undefined} data-ring={ring || undefined} data-way={way || undefined}>
      <path
        className={classes.line}
        data-style={style}
        data-kind={edge.kind}
        data-fresh={fresh || undefined}
        pathLength={fresh ? 1 : undefined}
        d={`M${from.x} ${from.y}L${to.x} ${to.y}`}
        markerEnd={`url(#sb-arrow-${style})`}
      />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: for the pointer only; the arrow keys follow the edges, and the inspector and the palette have the fault. */}
      <path
        className={classes.reach}
        d={`M${from.x} ${from.y}L${to.x} ${to.y}`}
        onClick={() => selectAgent(edge)}
        onContextMenu={(event) => breakLink(event, edge)}
      />
      {labelScale > 0 && roomy ? (
        <text
          className={classes.label}
          data-style={style}
          x={x + (flat ? 0 : (left ? -7 : 7) * labelScale)}
          y={y + (flat ? -5 : 4) * labelScale}
          fontSize={11 * labelScale}
          strokeWidth={4 * labelScale}
          textAnchor={flat ? "middle" : left ? "end" : "start"}
        >
          <Words edge={edge} />
        </text>
      ) : null}
    </g>
  );
});

/** Of a line between an agent and a section the agent is the one with a story: a wait lights its chain. */
function selectAgent({ agent }: GraphEdge): void {
  selectionStore.getState().select(parseSelected(agent));
}

/** The link of the agent to the server is what can be cut; one that waits can also be cut off from the one it waits for. */
function breakLink(event: MouseEvent, { agent, about, kind }: GraphEdge): void {
  event.preventDefault();
  const node = liveModel.model.node(about);
  const name = agent.slice("agent:".length);
  const holder = kind === "waits" && node?.kind === "resource" ? node.locks[0]?.agent : undefined;
  if (holder === undefined || holder === name) openFaultForm("cut", name);
  else openFaultForm("cutPair", name, holder);
}

function Words({ edge }: { readonly edge: GraphEdge }) {
  if (edge.kind === "intends") {
    return (
      <>
        plans <Until ms={edge.sinceMs} />
      </>
    );
  }
  if (edge.kind === "campaigns") return <>stands by</>;
  if (edge.kind === "votes") return <>votes {edge.yes === true ? "yes" : "no"}</>;
  return (
    <>
      {edge.kind} <Since ms={edge.sinceMs} />
      {edge.place !== undefined && edge.place > 1 ? ` · place ${edge.place}` : ""}
    </>
  );
}
