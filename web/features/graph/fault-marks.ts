import { namesIn, strikesServer } from "../../../shared/engine/faults/targets.ts";
import type { Fault } from "../../../shared/model/index.ts";
import type { Tokens } from "../../app/theme.ts";
import { sizes } from "../../projections/graph-layout.ts";
import { agentId } from "../../projections/graph-nodes.ts";
import { type GraphPlaces, isAgentId } from "../../projections/graph-places.ts";
import { strikesAgent } from "../faults/fault-store.ts";
import { boxOf, type View } from "./far-picture.ts";

/** More bolts than this on one screen would say no more. */
const boltsAtMost = 400;
/** A pattern looks at so many nodes in sight. */
const lookedAtAtMost = 4_000;

/** The agents in sight that are broken on purpose. Where no pattern is among the targets, it costs as much as there are faults. */
export function struckInSight(faults: readonly Fault[], places: GraphPlaces, view: View): string[] {
  const striking = faults.filter((fault) => !strikesServer(fault));
  if (striking.length === 0) return [];
  const named = striking.flatMap(({ target, peer }) => [target, ...(peer === undefined ? [] : [peer])]).flatMap(namesIn);
  const struck = named.some((target) => target.includes("*"))
    ? places.within(boxOf(view), lookedAtAtMost).filter((id) => isAgentId(id) && striking.some((fault) => strikesAgent(fault, id.slice("agent:".length))))
    : [...new Set(named.map(agentId))];
  return struck.slice(0, boltsAtMost);
}

/** The bolt of `nodes.module.css`, as parts of its width and height. */
const bolt = [
  [0.58, 0],
  [0.08, 0.56],
  [0.44, 0.56],
  [0.34, 1],
  [0.92, 0.38],
  [0.54, 0.38],
] as const;
const [boltWidth, boltHeight] = [11, 13];
/** It stays large enough to be seen when its lamp is but a dot. */
const leastScale = 0.8;

/** Marks the far view as the lamps are marked near: a small amber bolt at the shoulder. */
export function drawBolts(context: CanvasRenderingContext2D, { left, top, zoom }: View, places: GraphPlaces, struck: readonly string[], tokens: Tokens): void {
  const scale = Math.max(leastScale, zoom);
  const [width, height] = [boltWidth * scale, boltHeight * scale];
  const shoulder = (sizes.lamp / 2) * zoom * 0.7;
  context.fillStyle = tokens["wait-text"];
  context.strokeStyle = tokens.surface;
  context.lineWidth = 2;
  context.lineJoin = "round";
  for (const id of struck) {
    const at = places.at(id);
    if (at === undefined) continue;
    const [x, y] = [at.x * zoom + left + shoulder - width / 3, at.y * zoom + top - shoulder - height * 0.7];
    context.beginPath();
    for (const [along, down] of bolt) context.lineTo(x + along * width, y + down * height);
    context.closePath();
    context.stroke();
    context.fill();
  }
}
