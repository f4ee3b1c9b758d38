import { edgesOf, edgeTones, type GraphEdge } from "./graph-edges.ts";
import { edgeLine } from "./graph-geometry.ts";
import { type Plot, type Point, sizes } from "./graph-layout.ts";
import type { GraphModel } from "./graph-model.ts";
import {
  agentCaption,
  agentTone,
  type GraphNode,
  type GroupNode,
  groupTone,
  groupWords,
  isCooling,
  type ResourceNode,
  resourceTone,
  type Tone,
} from "./graph-nodes.ts";

/** Colours by what they mean, so that a picture looks as the page does. */
export interface SvgColours {
  readonly canvas: string;
  readonly surface: string;
  readonly text: string;
  readonly quiet: string;
  readonly line: string;
  readonly tones: Readonly<Record<Tone, string>>;
}

export interface SvgOptions {
  readonly colours: SvgColours;
  readonly at: (id: string) => Point | undefined;
  readonly plots: readonly Plot[];
  readonly needsYou: (node: GraphNode) => boolean;
  /** Stands above the picture: which space, and when. */
  readonly title: string;
}

const marginPx = 48;
const titlePx = 40;
const plotTitlePx = 20;
const nameChars = 21;
const strokes: Readonly<Record<GraphEdge["kind"], string>> = {
  holds: "",
  waits: ' stroke-dasharray="6 4"',
  intends: ' stroke-dasharray="2 4"',
  leads: "",
  campaigns: ' stroke-dasharray="2 4"',
  votes: ' stroke-dasharray="6 4"',
};

/**
 * The graph as a picture of its own: every node and edge that has a place, whatever is in sight, with all text as text.
 * Nothing in it comes from elsewhere: it opens in any program that shows SVG.
 */
export function graphSvg(model: GraphModel, { colours, at, plots, needsYou, title }: SvgOptions): string {
  const nodes = [...model.resources.values(), ...model.groups.values(), ...model.agents.values()].flatMap((node) => {
    const point = at(node.id);
    return point === undefined ? [] : [{ node, point }];
  });
  const corners = plots.flatMap(({ x, y, width, height }) => [
    { x, y: y - plotTitlePx },
    { x: x + width, y: y + height },
  ]);
  const box = boxAround([...corners, ...nodes.map(({ point }) => point)]);
  const parts = [
    ...plots.map((plot) => plotSvg(plot, colours)),
    ...[...model.resources.values(), ...model.groups.values()].flatMap((node) => edgesOf(node).flatMap((edge) => edgeSvg(edge, at, colours))),
    ...nodes.map(({ node, point }) => {
      if (node.kind === "agent") return lampSvg(node, point, needsYou(node), colours);
      return node.kind === "group" ? groupSvg(node, point, needsYou(node), colours) : sectionSvg(node, point, needsYou(node), colours);
    }),
  ];
  const [width, height] = [box.width + 2 * marginPx, box.height + 2 * marginPx + titlePx];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}" font-family="Inter, system-ui, sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    `<defs>${(["hold", "wait", "intend", "lead", "idle", "alert"] as const).map((tone) => arrowHead(tone, colours)).join("")}</defs>`,
    `<rect width="100%" height="100%" fill="${colours.canvas}"/>`,
    text(marginPx, 28, title, colours.text, 'font-size="15" font-weight="600"'),
    `<g transform="translate(${round(marginPx - box.x)} ${round(marginPx + titlePx - box.y)})">`,
    ...parts,
    "</g></svg>",
  ].join("\n");
}

function boxAround(points: readonly Point[]): { x: number; y: number; width: number; height: number } {
  if (points.length === 0) return { x: 0, y: 0, width: 400, height: 120 };
  let [left, right, top, bottom] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { x, y } of points) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const reach = sizes.sectionWidth / 2 + 12;
  return { x: left - reach, y: top - reach / 2, width: right - left + 2 * reach, height: bottom - top + reach };
}

function plotSvg({ x, y, width, height, group }: Plot, colours: SvgColours): string {
  const frame = `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="6" fill="none" stroke="${colours.line}"/>`;
  return frame + text(x + 8, y - 6, group, colours.quiet);
}

function edgeSvg(edge: GraphEdge, at: SvgOptions["at"], colours: SvgColours): string[] {
  const [agent, section] = [at(edge.agent), at(edge.about)];
  if (agent === undefined || section === undefined) return [];
  const { from, to } = edgeLine(edge, agent, section, sizes);
  const tone = edge.conflict ? "alert" : edgeTones[edge.kind];
  return [
    `<path d="M${round(from.x)} ${round(from.y)}L${round(to.x)} ${round(to.y)}" stroke="${colours.tones[tone]}" stroke-width="1.5" fill="none"${strokes[edge.kind]} marker-end="url(#to-${tone})"/>`,
  ];
}

function arrowHead(tone: Tone, colours: SvgColours): string {
  return `<marker id="to-${tone}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="${colours.tones[tone]}"/></marker>`;
}

/** Agents are round. */
function lampSvg(node: Parameters<typeof agentTone>[0], { x, y }: Point, needsYou: boolean, colours: SvgColours): string {
  const radius = sizes.lamp / 2;
  const tone = colours.tones[agentTone(node, needsYou)];
  return [
    `<circle cx="${round(x)}" cy="${round(y)}" r="${radius}" fill="${colours.surface}" stroke="${tone}" stroke-width="3"/>`,
    text(x, y + 4, node.agent, colours.text, `text-anchor="middle" font-weight="600" font-size="${node.agent.length > 6 ? 9 : 12}"`),
    text(x, y + radius + 13, agentCaption(node), colours.quiet, 'text-anchor="middle" font-size="10"'),
  ].join("");
}

/** Groups are pointed at both ends. */
function groupSvg(node: GroupNode, { x, y }: Point, needsYou: boolean, colours: SvgColours): string {
  const { sectionWidth: width, sectionHeight: height } = sizes;
  const [left, top, point] = [x - width / 2, y - height / 2, height / 3];
  const corners = [
    [left, y],
    [left + point, top],
    [left + width - point, top],
    [left + width, y],
    [left + width - point, top + height],
    [left + point, top + height],
  ];
  return [
    `<polygon points="${corners.map(([cx = 0, cy = 0]) => `${round(cx)},${round(cy)}`).join(" ")}" fill="${colours.surface}" stroke="${colours.tones[groupTone(node, needsYou)]}" stroke-width="1.5"/>`,
    text(x, y - 3, shortened(node.name), colours.text, 'text-anchor="middle" font-family="JetBrains Mono, monospace" font-size="11"'),
    text(x, y + 13, shortened(groupWords(node)), colours.quiet, 'text-anchor="middle" font-size="10"'),
    `<title>${escaped(node.name)}</title>`,
  ].join("");
}

/** Sections are tracks, with a pip for each unit of capacity as far as they fit. */
function sectionSvg(node: ResourceNode, { x, y }: Point, needsYou: boolean, colours: SvgColours): string {
  const { sectionWidth: width, sectionHeight: height } = sizes;
  const tone = colours.tones[needsYou ? "alert" : resourceTone(node)];
  const [left, top] = [x - width / 2, y - height / 2];
  const pips = Math.min(8, node.settings.capacity);
  const drawn = Array.from({ length: pips }, (_, index) => {
    const taken = index < node.taken;
    return `<rect x="${round(left + 8 + index * 10)}" y="${round(top + height - 10)}" width="7" height="4" fill="${taken ? tone : "none"}" stroke="${tone}"/>`;
  });
  const held = node.locks.filter((lock) => !isCooling(lock)).map((lock) => lock.agent);
  const words = [held.join(", "), node.queue.length === 0 ? "" : `${node.queue.length} wait`].filter((word) => word !== "").join(" · ");
  return [
    `<rect x="${round(left)}" y="${round(top)}" width="${width}" height="${height}" rx="3" fill="${colours.surface}" stroke="${tone}" stroke-width="1.5"/>`,
    text(left + 8, top + 15, shortened(node.path), colours.text, 'font-family="JetBrains Mono, monospace" font-size="11"'),
    text(left + 8 + pips * 10 + 4, top + height - 5, shortened(words), colours.quiet, 'font-size="10"'),
    ...drawn,
    `<title>${escaped(node.path)}</title>`,
  ].join("");
}

/** The end of a path says more than its beginning. */
const shortened = (name: string): string => (name.length <= nameChars ? name : `…${name.slice(1 - nameChars)}`);

const text = (x: number, y: number, words: string, colour: string, more = ""): string =>
  `<text x="${round(x)}" y="${round(y)}" fill="${colour}" ${more}>${escaped(words)}</text>`;

const round = (value: number): number => Math.round(value * 10) / 10;

/** Names come from agents: none of them may become markup. XML has no control characters at all. */
function escaped(words: string): string {
  return words.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`).replace(/\p{Cc}/gu, " ");
}
