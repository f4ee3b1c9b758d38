import { formatCount } from "../../app/format.ts";
import type { Tokens } from "../../app/theme.ts";
import { edgeTones, type GraphEdge, isWhole } from "../../projections/graph-edges.ts";
import type { GroupCounts } from "../../projections/graph-geometry.ts";
import { edgeLine } from "../../projections/graph-geometry.ts";
import { type Plot, sizes } from "../../projections/graph-layout.ts";
import type { Tone } from "../../projections/graph-nodes.ts";
import { extent, type GraphPlaces, isAgentId } from "../../projections/graph-places.ts";
import type { PlacedEdge } from "./Edges.tsx";
import type { Picture, View } from "./far-picture.ts";

/** Below this many pixels a cell is too small for dots that mean something: the plot is drawn closed, with its counts. */
const openCellPx = 5;
/** Below this zoom a title has no room inside its plot. */
const titleAbove = 0.55;

/** Is the plot drawn as one block with counts instead of dots? Zooming in opens it. */
export const isClosed = (plot: Plot, zoom: number): boolean => (plot.kind === "yard" ? sizes.yardCell : sizes.cellWidth) * zoom < openCellPx;

/** The ground that a group stands on, with its name; when far also its counts. */
export function drawPlots(
  context: CanvasRenderingContext2D,
  view: View,
  plots: readonly Plot[],
  counts: ReadonlyMap<string, GroupCounts>,
  tokens: Tokens,
  far: boolean,
): void {
  const { left, top, zoom } = view;
  for (const plot of plots) {
    const [x, y, width, height] = [plot.x * zoom + left, plot.y * zoom + top, plot.width * zoom, plot.height * zoom];
    if (x > view.width || y > view.height || x + width < 0 || y + height < 0) continue;
    context.fillStyle = tokens.surface;
    context.strokeStyle = tokens.line;
    context.lineWidth = 1;
    context.globalAlpha = 0.6;
    context.beginPath();
    context.roundRect(x, y, width, height, Math.max(2, 14 * zoom));
    context.fill();
    context.globalAlpha = 1;
    context.stroke();
    const group = counts.get(plot.group);
    if (isClosed(plot, zoom) && group !== undefined && plot.kind === "sections") drawShares(context, x, y, width, height, group, tokens);
    drawTitle(context, plot, group, { x, y, width }, view.zoom, tokens, far);
  }
}

/** A closed group: how much of it is held and waited for. */
function drawShares(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number, group: GroupCounts, tokens: Tokens): void {
  const bar = Math.max(2, Math.min(8, height * 0.12));
  const inner = width - 8;
  context.fillStyle = tokens["line-strong"];
  context.fillRect(x + 4, y + height - bar - 4, inner, bar);
  context.fillStyle = tokens.hold;
  context.fillRect(x + 4, y + height - bar - 4, (inner * group.held) / group.nodes, bar);
  context.fillStyle = tokens.wait;
  context.fillRect(x + 4, y + height - bar - 4, (inner * group.waitedFor) / group.nodes, bar);
}

function drawTitle(
  context: CanvasRenderingContext2D,
  plot: Plot,
  group: GroupCounts | undefined,
  at: { x: number; y: number; width: number },
  zoom: number,
  tokens: Tokens,
  far: boolean,
): void {
  const size = Math.max(10, Math.min(13, 13 * zoom * 1.6));
  if (at.width < 46) return;
  context.font = `600 ${size}px ${plot.kind === "yard" ? tokens.font : tokens.mono}`;
  context.fillStyle = tokens["text-2"];
  context.textBaseline = "alphabetic";
  const y = zoom < titleAbove ? at.y - 4 : at.y + Math.max(size + 3, 22 * zoom);
  const x = at.x + Math.max(2, sizes.padding * 0.55 * zoom);
  const room = at.width - (x - at.x) - 4;
  const idle = `${plot.group} · idle`;
  const title = plot.kind === "yard" && context.measureText(idle).width <= room ? idle : plot.group;
  fillFitting(context, title, x, y, room);
  if (!far || group === undefined || plot.kind === "yard" || !plot.key.endsWith("#0")) return;
  const used = context.measureText(title).width + 10;
  const facts = `${formatCount(group.nodes)}${group.waitedFor > 0 ? ` · ${formatCount(group.waitedFor)} waited for` : ""}`;
  context.font = `400 ${size}px ${tokens.font}`;
  context.fillStyle = tokens["text-3"];
  if (context.measureText(facts).width < room - used) context.fillText(facts, x + used, y);
}

function fillFitting(context: CanvasRenderingContext2D, text: string, x: number, y: number, room: number): void {
  let shown = text;
  while (shown.length > 3 && context.measureText(shown).width > room) shown = `…${shown.slice(shown.startsWith("…") ? 2 : 1)}`;
  if (shown.length > 3 || shown === text) context.fillText(shown, x, y);
}

/** The last picture, moved and scaled to where the view is now. */
export function drawPicture(context: CanvasRenderingContext2D, view: View, { bitmap, view: then, margin, pixelRatio }: Picture, alpha: number): void {
  const scale = view.zoom / then.zoom;
  context.globalAlpha = alpha;
  context.drawImage(
    bitmap,
    view.left - (then.left + margin) * scale,
    view.top - (then.top + margin) * scale,
    (bitmap.width / pixelRatio) * scale,
    (bitmap.height / pixelRatio) * scale,
  );
  context.globalAlpha = 1;
}

/** The edges of a crowded near view, with their arrow heads. */
export function drawEdges(context: CanvasRenderingContext2D, { left, top, zoom }: View, edges: readonly PlacedEdge[], tokens: Tokens): void {
  for (const { edge, agent, section, dim, highlighted } of edges) {
    if (highlighted) continue;
    const { from, to } = edgeLine(edge, agent, section, sizes);
    const [x, y] = [to.x * zoom + left, to.y * zoom + top];
    const angle = Math.atan2(to.y - from.y, to.x - from.x);
    context.globalAlpha = dim ? 0.2 : 1;
    context.strokeStyle = edge.conflict ? tokens.alert : tokens[edgeTones[edge.kind]];
    context.fillStyle = context.strokeStyle;
    context.lineWidth = 2 * zoom;
    context.setLineDash(isWhole(edge) ? [] : edge.kind === "waits" || edge.kind === "votes" ? [6 * zoom, 4 * zoom] : [2 * zoom, 5 * zoom]);
    context.beginPath();
    context.moveTo(from.x * zoom + left, from.y * zoom + top);
    context.lineTo(x, y);
    context.stroke();
    context.beginPath();
    context.moveTo(x, y);
    for (const side of [-1, 1])
      context.lineTo(x - arrowLength * zoom * Math.cos(angle + side * arrowSpread), y - arrowLength * zoom * Math.sin(angle + side * arrowSpread));
    context.fill();
  }
  context.globalAlpha = 1;
  context.setLineDash([]);
}

const arrowLength = 13;
const arrowSpread = 0.42;

/** A node with all that is one edge away, over a faded picture. */
export function drawHighlight(
  context: CanvasRenderingContext2D,
  view: View,
  places: GraphPlaces,
  edges: readonly GraphEdge[],
  nodes: ReadonlySet<string>,
  centre: string | undefined,
  toneOf: (id: string) => Tone,
  tokens: Tokens,
): void {
  const { left, top, zoom } = view;
  context.lineWidth = 1.75;
  for (const edge of edges) {
    const [agent, section] = [places.at(edge.agent), places.at(edge.about)];
    if (agent === undefined || section === undefined) continue;
    context.strokeStyle = edge.conflict ? tokens.alert : tokens[edgeTones[edge.kind]];
    context.setLineDash(isWhole(edge) ? [] : [6, 4]);
    context.beginPath();
    context.moveTo(agent.x * zoom + left, agent.y * zoom + top);
    context.lineTo(section.x * zoom + left, section.y * zoom + top);
    context.stroke();
  }
  context.setLineDash([]);
  for (const id of nodes) {
    const at = places.at(id);
    if (at === undefined) continue;
    const [width, height] = extent(id);
    const [w, h] = [Math.max(6, width * zoom), Math.max(6, height * zoom)];
    const tone = toneOf(id);
    context.strokeStyle = id === centre ? tokens.focus : tokens[tone];
    context.lineWidth = id === centre ? 2.5 : 1.5;
    context.fillStyle = tokens[`${tone}-soft`];
    context.beginPath();
    if (isAgentId(id)) context.arc(at.x * zoom + left, at.y * zoom + top, w / 2 + 2, 0, 2 * Math.PI);
    else context.roundRect(at.x * zoom + left - w / 2 - 2, at.y * zoom + top - h / 2 - 2, w + 4, h + 4, Math.min(6, h / 4));
    context.fill();
    context.stroke();
  }
}
