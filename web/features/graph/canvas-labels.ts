import type { Tokens } from "../../app/theme.ts";
import { groupOf, nameInGroup } from "../../projections/graph-groups.ts";
import { sizes } from "../../projections/graph-layout.ts";
import { type GraphPlaces, isAgentId } from "../../projections/graph-places.ts";
import type { View } from "./far-picture.ts";

const labelsAtMost = 160;

/** Names, once there is room for them. Of a fleet that is small the agents' names stand below their dots before. */
export function drawLabels(context: CanvasRenderingContext2D, view: View, places: GraphPlaces, ids: readonly string[], tokens: Tokens): void {
  const size = 13 * view.zoom;
  if (ids.length > labelsAtMost) return;
  if (size < 6) return drawAgentNames(context, view, places, ids.filter(isAgentId), tokens);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = tokens.text;
  for (const id of ids) {
    const at = places.at(id);
    if (at === undefined) continue;
    const agent = isAgentId(id);
    const path = id.slice(id.indexOf(":") + 1);
    context.font = agent ? `600 ${size}px ${tokens.font}` : `500 ${size}px ${tokens.mono}`;
    const text = agent ? id.slice("agent:".length) : nameInGroup(path, groupOf(path));
    context.fillText(
      text.length > 22 ? `…${text.slice(-21)}` : text,
      at.x * view.zoom + view.left,
      at.y * view.zoom + view.top,
      (agent ? sizes.lamp : sizes.sectionWidth) * view.zoom - 4,
    );
  }
  context.textAlign = "start";
}

const agentNamesAtMost = 80;
const leastCellPx = 40;

function drawAgentNames(context: CanvasRenderingContext2D, { left, top, zoom }: View, places: GraphPlaces, ids: readonly string[], tokens: Tokens): void {
  const room = sizes.cellWidth * zoom;
  if (room < leastCellPx || ids.length > agentNamesAtMost) return;
  context.font = `500 10px ${tokens.font}`;
  context.textAlign = "center";
  context.textBaseline = "top";
  context.fillStyle = tokens["text-2"];
  for (const id of ids) {
    const at = places.at(id);
    const name = id.slice("agent:".length);
    if (at === undefined) continue;
    const fitting = context.measureText(name).width <= room ? name : `…${name.slice(-Math.max(2, Math.floor(room / 6) - 1))}`;
    context.fillText(fitting, at.x * zoom + left, at.y * zoom + top + (sizes.lamp / 2) * zoom + 3);
  }
  context.textAlign = "start";
}
