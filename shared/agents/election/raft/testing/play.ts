import { type Troupe, transcript } from "../../../testing/transcript.ts";
import { type RaftConfig, type RaftDurable, type RaftMessage, type RaftNode, raft, raftInvariants, registers } from "../index.ts";
import { append, emptyLog } from "../log.ts";

const names = (text: string | undefined) => (text === undefined || text === "" ? [] : text.split(","));

/** What broke while a transcript was played. */
interface Played {
  readonly text: string;
  readonly breaches: readonly string[];
}

/** Plays a script with raft nodes, all of it watched by `raftInvariants`. A breach is `EL-21: ...`. */
export function play(script: string): Played {
  const breaches: string[] = [];
  const configs = new Map<string, RaftConfig>();
  const checker = raftInvariants((rule, message) => breaches.push(`${rule}: ${message}`), { agents: [], members: ["a"], liars: new Set(), configs });
  const text = transcript({ ...troupe(configs), checker }, script);
  return { text, breaches };
}

const troupe = (configs: Map<string, RaftConfig>): Troupe<RaftConfig, RaftNode, RaftMessage, RaftDurable> => ({
  machine: raft,
  configOf: (id, named, settings) => {
    const config: RaftConfig = {
      id,
      members: settings.has("members") ? names(settings.get("members")) : named,
      learners: names(settings.get("learners")),
      heartbeatMs: 100,
      electionMs: 1_000,
      snapshotAfter: Number(settings.get("snapshotAfter") ?? 512),
      reads: settings.get("reads") === "lease" ? "lease" : "index",
      driftBound: Number(settings.get("driftBound") ?? 0.05),
      batchEntries: Number(settings.get("batch") ?? 64),
      windowEntries: Number(settings.get("window") ?? 256),
      idsKept: Number(settings.get("ids") ?? 1_024),
      partLength: Number(settings.get("part") ?? 8_000),
    };
    configs.set(id, config);
    return config;
  },
  /** `log=1,1,2` are entries of these terms, the value at index i being `i=term`. */
  durableOf: ({ members, learners = [] }, settings) => {
    if (!settings.has("log")) return undefined;
    const terms = names(settings.get("log")).map(Number);
    const entries = terms.map((term, at) => ({ type: "value" as const, term, id: `e${at + 1}-${term}`, value: `${at + 1}=${term}` }));
    const configuration = { voters: [...members], outgoing: [], learners: [...learners] };
    return {
      term: Number(settings.get("term") ?? terms.at(-1) ?? 0),
      votedFor: settings.get("vote") ?? null,
      log: append(emptyLog(0, 0), entries),
      snapshot: { index: 0, term: 0, configuration, state: registers.initial, ids: [] },
    };
  },
  showDurable: ({ term, votedFor, log, snapshot }) =>
    `term ${term}, vote ${votedFor ?? "none"}, log ${log.base + 1}..${log.last}${snapshot.index > 0 ? `, snapshot ${snapshot.index}` : ""}`,
  showMessage,
});

/** In one line, as short as it can be. */
function showMessage(message: RaftMessage): string {
  const { term } = message;
  switch (message.type) {
    case "vote":
      return `${message.pre ? "would you vote" : "vote"} for me in term ${message.campaign}${message.transfer ? " as the leader wants" : ""}? my log ends ${message.lastIndex}/${message.lastTerm}`;
    case "voted":
      return `${message.granted ? "yes" : "no"} to ${message.pre ? "pre-vote " : ""}term ${message.campaign}, I am in ${term}`;
    case "append":
      return `append t${term} r${message.round} after ${message.previousIndex}/${message.previousTerm} [${message.entries.map(showEntry).join(" ")}] commit ${message.commit}`;
    case "appended":
      return `appended t${term} r${message.round} up to ${message.index}`;
    case "differs":
      return `differs t${term} r${message.round} at ${message.at}, try ${message.index}/${message.indexTerm}`;
    case "snapshot":
      return `snapshot t${term} r${message.round} ${message.snapshot.index}/${message.snapshot.term} ${message.part.replace("\n", " ")} (${message.offset} of ${message.length})`;
    case "received":
      return `received t${term} r${message.round} ${message.index}, ${message.offset}`;
    case "lead":
      return `lead t${term}`;
    case "propose":
      return `propose t${term} ${message.id} ${message.value}`;
  }
}

function showEntry(entry: Extract<RaftMessage, { type: "append" }>["entries"][number]): string {
  if (entry.type === "begin") return `begin/${entry.term}`;
  if (entry.type === "value") return `${entry.value}/${entry.term}`;
  const { voters, outgoing, learners } = entry.configuration;
  return `members(${voters}${outgoing.length > 0 ? ` from ${outgoing}` : ""}${learners.length > 0 ? ` learners ${learners}` : ""})/${entry.term}`;
}
