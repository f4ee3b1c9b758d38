import { formatDuration } from "../../shared/analysis/words.ts";
import { strikesServer } from "../../shared/engine/faults/targets.ts";
import { type Fault, type FaultKind, type KillPoint, serverFaultKinds } from "../../shared/model/index.ts";

/** A kind of fault in an operator's words. */
export interface FaultWords {
  readonly label: string;
  readonly means: string;
  /** What `strength` is here; left out where it says nothing. */
  readonly strength?: string;
  /** What `delayMs` is here. */
  readonly delay?: string;
}

export const faultWords: Readonly<Record<FaultKind, FaultWords>> = {
  crash: { label: "crash", means: "The process dies and stays away. What it held goes when its lease runs out." },
  pause: { label: "pause", means: "It stands still, then goes on as if nothing had been." },
  holdForever: { label: "hold forever", means: "It gives nothing back." },
  stopRenewing: { label: "stop heartbeats", means: "It works on, but its heartbeats stop: its lease runs out." },
  clockDrift: { label: "clock drift", means: "Its clock runs faster than the server's.", strength: "How much faster" },
  clockJump: { label: "clock jump", means: "The time of day is set ahead: an agent's, or the server's own.", delay: "Ahead by" },
  slow: { label: "slow link", means: "Everything to and from it takes longer.", delay: "Longer by" },
  cut: { label: "cut off", means: "Nothing comes through any more, either way." },
  cutIn: { label: "cut to the server", means: "What it says is lost; it still hears." },
  cutOut: { label: "cut from the server", means: "What it is told is lost; it is still heard." },
  cutPair: { label: "cut between two", means: "What one of the two causes does not reach the other. Both still reach the server." },
  flap: { label: "flap", means: "Its connection breaks again and again.", delay: "Breaks every" },
  reconnectStorm: { label: "reconnect storm", means: "Many connections break at once and come back together.", strength: "Share of the connections" },
  drop: { label: "lose messages", means: "Some of what it says is lost.", strength: "Share that is lost" },
  delay: { label: "delay messages", means: "Each message takes longer, each another while.", delay: "Longer by up to" },
  duplicate: { label: "duplicate messages", means: "Some of what it says arrives twice.", strength: "Share that is doubled" },
  reorder: { label: "reorder messages", means: "What it says arrives in another order.", strength: "Share that is moved" },
  dropAnswers: { label: "lose answers", means: "Its commands arrive; the answers are lost.", strength: "Share that is lost" },
  lie: { label: "lie", means: "It claims locks that are another's, by forged and by old fences. Each claim is refused and written down." },
  doubleVote: {
    label: "vote twice",
    means: "In elections it votes for everybody: its word is given both ways, and to the others of its group it grants every vote.",
  },
  falseLeader: {
    label: "claim to lead",
    means: "It says that it leads where another does, under present and old terms. Each claim is refused and written down, and two nodes show that they lead.",
  },
  flood: { label: "flood", means: "It sends as much as it can." },
  hostileInput: { label: "hostile input", means: "What it sends is malformed. Each message is refused, and the others go on." },
  stallServer: { label: "stall the server", means: "The server stands still for a while. Everybody feels it." },
  slowViewer: { label: "slow viewers", means: "Dashboards take in what happens slowly.", delay: "Slower by" },
  killServer: { label: "kill the server", means: "The space's server dies at a point on the way of a command, and starts again from its journal at the end." },
  loseUnflushed: {
    label: "lose what is not flushed",
    means: "The server dies in the midst of a write. What was not flushed is gone; nothing of it was acknowledged.",
  },
  tornTail: { label: "tear the journal's tail", means: "The server dies in the midst of a write. Half of it is there, and the next start has to drop it." },
  bitFlip: { label: "flip a bit of the journal", means: "The server dies and finds a bit of its journal turned. It stays down until the bit is put back." },
  fullDisk: { label: "fill the disk", means: "Nothing more can be written. The space stops, and starts again once there is room." },
};

/** The palette of faults, in the groups that an operator looks for them in. */
export const faultGroups: readonly { readonly name: string; readonly kinds: readonly FaultKind[] }[] = [
  { name: "The agent", kinds: ["pause", "crash", "holdForever", "stopRenewing", "clockDrift", "clockJump"] },
  { name: "Its connection", kinds: ["cut", "cutIn", "cutOut", "cutPair", "slow", "flap", "reconnectStorm"] },
  { name: "Its messages", kinds: ["drop", "dropAnswers", "delay", "duplicate", "reorder"] },
  { name: "Bad behaviour", kinds: ["lie", "doubleVote", "falseLeader", "flood", "hostileInput"] },
  { name: "The server", kinds: ["stallServer", "slowViewer"] },
  { name: "The server's machine", kinds: ["killServer", "loseUnflushed", "tornTail", "bitFlip", "fullDisk"] },
];

/** Does it strike the server or the dashboards, whatever its target says? */
export const strikesAll = (kind: FaultKind): boolean => (serverFaultKinds as readonly FaultKind[]).includes(kind);

/** Where the server can be killed, in the order in which a batch of commands comes by. */
export const killPointWords: Readonly<Record<KillPoint, string>> = {
  beforeAppend: "before the append: decided, written nowhere",
  afterAppend: "after the append: handed to the disk, nobody knows whether it is there",
  afterFlush: "after the flush: durable, nobody was told",
  beforeAnswer: "before the answer: dashboards were told, no sender was answered",
  afterAnswer: "after the answer: one sender was answered",
};

/** `pause w3`, `cut between w1 and w2`, `stall the server`, `clock jump of the server`. */
export function faultLabel({ kind, target, peer }: Pick<Fault, "kind" | "target" | "peer">): string {
  const { label } = faultWords[kind];
  if (strikesAll(kind)) return label;
  if (strikesServer({ kind, target })) return `${label} of the server`;
  const whom = target.replaceAll(",", ", ");
  return peer === undefined ? `${label} ${whom}` : `${label.replace(/ two$/, "")} ${whom} and ${peer.replaceAll(",", ", ")}`;
}

/** How strong it is and where it strikes: `30 %`, `by 1 s`, `before the append: …`; empty where none says anything. */
export function faultMeasure({ kind, strength, delayMs, point }: Pick<Fault, "kind" | "strength" | "delayMs" | "point">): string {
  const words = faultWords[kind];
  return [
    words.strength === undefined ? "" : `${Math.round(strength * 100)} %`,
    words.delay === undefined ? "" : `${words.delay.toLowerCase()} ${formatDuration(delayMs)}`,
    point === undefined ? "" : killPointWords[point],
  ]
    .filter((word) => word !== "")
    .join(", ");
}
