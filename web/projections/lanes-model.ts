import type { EventOf, LeaderEndWhy } from "../../shared/model/index.ts";
import type { KnownGroup } from "./lanes-groups.ts";

/**
 * What the timeline draws: lanes of segments (what lasted) and marks (what happened at one instant). Built by `lanes.ts`,
 * which owns and changes it; everyone else only reads.
 */

export type LaneBy = "agent" | "resource" | "group";

export type SegmentKind =
  | "held-exclusive"
  | "held-shared"
  | "advisory"
  | "optimistic"
  | "waiting"
  | "cooling"
  | "intent"
  | "disconnected"
  | "frozen"
  | "fault"
  | "deadlock"
  /** A term, and the time in which nobody leads though somebody would. */
  | "leads"
  | "vacant"
  | "ballot"
  /** More at once than a lane has rows: `count` says how many at the peak. */
  | "crowd";

/** How a segment ended. `granted`: a wait that got what it waited for. */
export type SegmentEnd =
  | "released"
  | "left"
  | "transferred"
  | "expired"
  | "expelled"
  | "forced"
  | "overheld"
  | "replaced"
  | "upgraded"
  | "downgraded"
  | "granted"
  | "cancelled"
  | "victim"
  | "wounded"
  | "deadline"
  | "fulfilled"
  | "withdrawn"
  | "sessionEnded"
  | "unsupported"
  | "healed"
  | "stopped"
  | "resolved"
  | "reconnected"
  | LeaderEndWhy
  | EventOf<"ballot.closed">["why"]
  | "elected"
  | "over";

export interface Segment {
  /** Its name while it lasts: `lock:1187`, `wait:12`, `intent:i4`, `away:session`, `frozen:path`, `fault:f3`, `deadlock:d2`, `term:412`, `node:w1 3 group`, `vacant:group`, `ballot:413`. */
  readonly key: string;
  readonly kind: SegmentKind;
  /** Null for what no agent does: a frozen resource, a crowd, a band over several lanes. */
  readonly agent: string | null;
  /** Of a band, a fault or a deadlock: the agents whose lanes it lies over, ids or patterns such as `w*`. Empty for all else. */
  readonly covers: readonly string[];
  /** Of a band, what is written on it: `fault: pause w3`. */
  readonly label: string;
  /** Several for a wait or an intent that wants several; empty when history does not tell. Of a term, a vacancy and a ballot: the group. */
  readonly resources: readonly string[];
  readonly fence: string | null;
  readonly request: number | null;
  /** Why, in its agent's or operator's own words; empty when not given. */
  readonly reason: string;
  readonly startMs: number;
  /** Position of the event that began it; 0 when that is not known. */
  readonly position: number;
  /** False when it began before the known history: `startMs` is then where that begins. */
  readonly startKnown: boolean;
  /** Infinity while it lasts and nobody knows its end. */
  endMs: number;
  /** Undefined while it lasts. */
  end: SegmentEnd | undefined;
  count: number;
}

/** Segments that do not overlap, in order: both their starts and their ends are sorted, so either can be searched. */
export type Row = Segment[];

export type MarkKind = "operator" | "deadlock" | "fault" | "finding" | "gaveWay" | "moved" | "refused" | "expired" | "joined" | "left" | "did";

export interface Mark {
  readonly kind: MarkKind;
  readonly atMs: number;
  readonly position: number;
  readonly agent: string | null;
  readonly resource: string | null;
  readonly group?: string;
  /** Short, for beside the mark: `released repo/src`. */
  readonly label: string;
  /** Of a deadlock: its id. */
  readonly deadlock?: string;
  /** Of a finding: its id. */
  readonly finding?: string;
  /** The whole of it in words. */
  readonly words: string;
}

export interface Lane {
  readonly by: LaneBy;
  readonly key: string;
  /** Held, waiting, cooling. On a resource's lane the first row is for holders alone, as the queue stands below them. */
  readonly bars: Row[];
  /** Intents: they may lie in the future. */
  readonly plans: Row[];
  /** Disconnected, frozen: behind everything else. */
  readonly backdrop: Row[];
  /** What found no row in `bars`, merged. */
  readonly crowd: Row;
  /** Those in the crowd that last. */
  readonly crowded: Set<Segment>;
  /** Sorted by time. */
  readonly marks: Mark[];
  /** Segments that end before this were dropped to stay within bounds. */
  keptFromMs: number;
  lastMs: number;
}

export interface LaneTable {
  readonly by: LaneBy;
  readonly byKey: Map<string, Lane>;
  /** Natural order of the keys: `w2` before `w10`. */
  readonly order: Lane[];
}

/** A stretch that the folded axis leaves out; `removedBeforeMs` is what all earlier ones leave out together. */
export interface Cut {
  readonly fromMs: number;
  readonly toMs: number;
  readonly removedBeforeMs: number;
}

export interface Lanes {
  readonly agents: LaneTable;
  readonly resources: LaneTable;
  readonly groups: LaneTable;
  /** What is known of groups, for what comes next. */
  readonly known: Map<string, KnownGroup>;
  /** By agent and group, the term that a node of its own leads, by what it told last; null when it follows. */
  readonly nodes: Map<string, Map<string, number | null>>;
  /** What operators did, deadlocks and faults, by time: the ticks through all lanes. */
  readonly acts: Mark[];
  /** Faults and deadlocks, each a band over several lanes, by when they began. They are in no lane's rows. */
  readonly bands: Segment[];
  /** What lasts, by key. */
  readonly open: Map<string, Segment>;
  /** Ends of what began before the known history: an older page may yet tell when. */
  readonly orphanEnds: Map<string, { readonly atMs: number; readonly end: SegmentEnd }>;
  /** Closed segments, oldest end first: what the overall bound drops from. */
  readonly closed: Segment[];
  readonly cuts: Cut[];
  /** Position before the first folded event, and of the last; undefined before anything is known. */
  fromPosition: number | undefined;
  position: number;
  /** Where the known history begins. */
  firstMs: number;
  /** When something that can be seen changed first (undefined when nothing did yet) and last. */
  firstChangeMs: number | undefined;
  lastMs: number;
  /** When each known event happened, in order: how many there are between two times. */
  readonly times: number[];
  /** Rises with every change. */
  version: number;
  /** Rises when a lane or a row comes or goes, so heights must be laid out anew. */
  shape: number;
  /** Is told of all that is folded. */
  readonly watch?: LaneWatch;
}

/** Where on a lane a row lies. */
export const rowBands = ["bars", "plans", "backdrop", "crowd"] as const;
export type RowBand = (typeof rowBands)[number];

/** For whoever keeps what the fold makes in another form. It may take out of the rows what has ended. */
export interface LaneWatch {
  lane(lane: Lane): void;
  begun(segment: Segment): void;
  /** Comes after `begun`, once for each lane it lies on. */
  placed(segment: Segment, lane: Lane, band: RowBand, row: number): void;
  /** It ended, or a crowd grew. */
  changed(segment: Segment): void;
  marked(mark: Mark): void;
}

/** Segments as they are looked at: in an array, or packed (`lanes-packed.ts`). `at(-1)` is the last. */
export interface RowView {
  readonly length: number;
  at(index: number): Segment | undefined;
  /** Where a row can find it sooner than by looking at segments. */
  firstEndingAfter?(ms: number): number;
}

export interface MarksView {
  readonly length: number;
  at(index: number): Mark | undefined;
}

export interface LaneView {
  readonly by: LaneBy;
  readonly key: string;
  readonly bars: readonly RowView[];
  readonly plans: readonly RowView[];
  readonly backdrop: readonly RowView[];
  readonly crowd: RowView;
  readonly marks: MarksView;
}

export interface LaneTableView {
  readonly byKey: ReadonlyMap<string, LaneView>;
  readonly order: readonly LaneView[];
}

/** What of lanes is painted and pointed at. `Lanes` are such; so are the packed lanes of a whole trace. */
export interface LanesView extends Pick<Lanes, "cuts" | "fromPosition" | "firstMs" | "lastMs" | "shape" | "version"> {
  readonly agents: LaneTableView;
  readonly resources: LaneTableView;
  readonly groups: LaneTableView;
  readonly acts: readonly Mark[];
  readonly bands: readonly Segment[];
  /** Those that can lie over a lane, where there are too many to look through for each. */
  bandsFor?(lane: Pick<LaneView, "by" | "key">): readonly Segment[];
}

/**
 * Bounds of the timeline. The rule: a row keeps its newest `segmentsPerRow`, a lane its newest `marksPerLane`, all lanes
 * together the newest `segments` that have ended and the times of the newest `times` events, and `lanes` lanes of a kind, of which those that were quiet longest go
 * first. What still lasts is never dropped. Each bound may be overrun by an eighth, so that dropping is done in bulk.
 */
export interface LaneBounds {
  readonly segments: number;
  readonly segmentsPerRow: number;
  readonly rowsPerLane: number;
  readonly marksPerLane: number;
  readonly acts: number;
  readonly lanes: number;
  readonly times: number;
}

export const laneBounds: LaneBounds = {
  segments: 200_000,
  segmentsPerRow: 5_000,
  rowsPerLane: 6,
  marksPerLane: 500,
  acts: 2_000,
  lanes: 20_000,
  times: 500_000,
};

const tableOf = { agent: "agents", resource: "resources", group: "groups" } as const;

export function laneTable<Table>(lanes: { readonly agents: Table; readonly resources: Table; readonly groups: Table }, by: LaneBy): Table {
  return lanes[tableOf[by]];
}

/** All lanes, of whatever they are. */
export const laneTables = <Table>({ agents, resources, groups }: { readonly agents: Table; readonly resources: Table; readonly groups: Table }): Table[] => [
  agents,
  resources,
  groups,
];
