import type { NodeRole, NodeView } from "../../shared/model/index.ts";

/** One node of a protocol as it is to be drawn: live, or at a moment of a recorded run. */
export interface ShownNode {
  readonly agent: string;
  /** What it showed last; nothing when it is down. */
  readonly view: NodeView | undefined;
  /** How long ago that was: its timer has run on since. */
  readonly agoMs: number;
}

/** A message on its way: `share` of its way is behind it. */
export interface ShownFlight {
  readonly from: string;
  readonly to: string;
  readonly kind: string;
  readonly share: number;
  readonly lost: boolean;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PictureNode extends Point {
  readonly agent: string;
  readonly state: NodeRole | "down";
  readonly term: number | undefined;
  /** Share of its timer that is left. */
  readonly timerShare: number | undefined;
  readonly words: string;
}

/** A line between two lamps: who gave whom its vote, and whom it follows. */
export interface PictureEdge {
  readonly key: string;
  readonly kind: "vote" | "refusal" | "follows";
  readonly from: Point;
  readonly to: Point;
}

export interface PictureDot extends Point {
  readonly key: string;
  readonly kind: string;
  readonly lost: boolean;
}

export interface NodesPicture {
  readonly side: number;
  readonly lampRadius: number;
  /** Whether lamps are large enough for names. */
  readonly named: boolean;
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
  readonly dots: readonly PictureDot[];
}

const side = 480;
const centre = side / 2;
const ringRadius = 180;
const namedAtMost = 24;

/** Lamps in a ring, in the order of their names' numbers: a node has its place whatever happens to it. */
export function nodesPicture(shown: readonly ShownNode[], flights: readonly ShownFlight[] = []): NodesPicture {
  // With its timer around it a lamp has room for itself beside the next.
  const lampRadius = Math.max(3, Math.min(22, (Math.PI * ringRadius) / Math.max(1, shown.length) - 5));
  const nodes = shown.map((node, index) => pictureNode(node, placeOf(index, shown.length)));
  const places = new Map<string, Point>(nodes.map((node) => [node.agent, node]));
  const between = (from: string, to: string, kind: PictureEdge["kind"]): PictureEdge[] => {
    const [start, end] = [places.get(from), places.get(to)];
    if (start === undefined || end === undefined || from === to) return [];
    return [{ key: `${kind} ${from} ${to}`, kind, from: towards(start, end, lampRadius), to: towards(end, start, lampRadius + 3) }];
  };
  const edges = shown.flatMap(({ agent, view }): PictureEdge[] => {
    if (view === undefined) return [];
    const campaigns = view.role === "candidate" || view.role === "preCandidate";
    const votes = campaigns ? view.votes.flatMap((vote) => between(vote.from, agent, vote.granted ? "vote" : "refusal")) : [];
    return view.leader === null ? votes : [...votes, ...between(agent, view.leader, "follows")];
  });
  const dots = flights.flatMap(({ from, to, kind, share, lost }, index): PictureDot[] => {
    const [start, end] = [places.get(from), places.get(to)];
    if (start === undefined || end === undefined) return [];
    return [{ key: `${index} ${from} ${to}`, kind, lost, x: start.x + (end.x - start.x) * share, y: start.y + (end.y - start.y) * share }];
  });
  return { side, lampRadius, named: shown.length <= namedAtMost, nodes, edges, dots };
}

/** `leader` of how many say so, in which term, in words for a screen reader and for the line above the picture. */
export function nodesWords(nodes: readonly PictureNode[]): string {
  const leaders = nodes.filter(({ state }) => state === "leader");
  const down = nodes.filter(({ state }) => state === "down").length;
  const leads = leaders.map(({ agent, term }) => `${agent} leads in term ${term}`).join(", ") || "nobody leads";
  const highest = Math.max(0, ...nodes.map(({ term }) => term ?? 0));
  return `${leads}; highest term ${highest}${down === 0 ? "" : `; ${down} of ${nodes.length} down`}`;
}

export const stateWords: Readonly<Record<PictureNode["state"], string>> = {
  follower: "follower",
  preCandidate: "pre-candidate",
  candidate: "candidate",
  leader: "leader",
  learner: "learner",
  down: "down",
};

function pictureNode({ agent, view, agoMs }: ShownNode, place: Point): PictureNode {
  if (view === undefined) return { agent, ...place, state: "down", term: undefined, timerShare: undefined, words: `${agent} is down` };
  const { timer, role, term, because } = view;
  const timerShare = timer === undefined || timer.spanMs === 0 ? undefined : Math.max(0, Math.min(1, (timer.leftMs - agoMs) / timer.spanMs));
  return { agent, ...place, state: role, term, timerShare, words: `${agent}, ${stateWords[role]} in term ${term}: ${because}` };
}

function placeOf(index: number, count: number): Point {
  const angle = (2 * Math.PI * index) / Math.max(1, count) - Math.PI / 2;
  return { x: centre + ringRadius * Math.cos(angle), y: centre + ringRadius * Math.sin(angle) };
}

/** The point so far from `from` on the way to `to`. */
function towards(from: Point, to: Point, by: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return { x: from.x + ((to.x - from.x) * by) / length, y: from.y + ((to.y - from.y) * by) / length };
}
