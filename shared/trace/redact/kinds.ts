import { candidateEndWhySchema, electedWhySchema, leaderEndWhySchema } from "../../model/index.ts";

/** What can be taken out of a copy. */
export const redactionRules = ["names", "reasons", "payloads", "resources"] as const;
export type Redaction = (typeof redactionRules)[number];

/** What a text is, and so which rules take it out. */
export type TextKind = "name" | "sender" | "target" | "resource" | "about" | "reason" | "payload" | "words" | "commandId" | "findingId" | "secret";

/**
 * By field, `[]` for the items of a list, `{}` and `{key}` for those of a table: every field of an event, a command or a
 * snapshot that can hold any text. Fields that are not here hold numbers, words of a fixed list, or ids that the engine gives out.
 */
export const textKinds: Readonly<Record<string, TextKind>> = {
  ...{
    agent: "name",
    "agents[]": "name",
    "confirmedBy[]": "name",
    "electorate[]": "name",
    favour: "name",
    holder: "name",
    "joining[]": "name",
    leader: "name",
    "members[]": "name",
    "no[]": "name",
    "on[]": "name",
    onAgent: "name",
    toAgent: "name",
    votedFor: "name",
    winner: "name",
    "yes[]": "name",
  },
  ...{ principal: "name", by: "name", sender: "sender", target: "target", peer: "target", "about[]": "about" },
  ...{ resource: "resource", "resources[]": "resource", abortedFor: "resource", pattern: "resource", first: "resource", next: "resource" },
  ...{ group: "resource", "observers[][]": "resource" },
  ...{ reason: "reason", because: "words", "because[]": "words", why: "words" },
  ...{ doing: "payload", what: "payload", "labels{key}": "payload", "labels{}": "payload", "roles[]": "payload", name: "payload", "tags[]": "payload" },
  ...{ body: "payload", protocol: "payload", value: "payload" },
  ...{ command: "commandId", id: "commandId", acquire: "commandId", finding: "findingId", "cleared[]": "findingId", resumeHash: "secret" },
};

/** Fields that hold ids of the engine or the gateway, and the space's name: they say nothing of anybody. */
export const keptFields: readonly string[] = [
  ...["ballot", "base", "current", "deadlock", "declared", "fault", "fence", "floor", "highest", "intent", "lastFence", "lastTerm", "newFence", "on"],
  ...["observers[][][]", "recording", "reentered[]", "schedule", "session", "space", "term", "upgradeOf", "version", "versionFloor", "victim"],
  // Where they hold names or what agents say, `fieldOf` calls them otherwise.
  ...["from", "kind", "to"],
];

/** Words of fixed lists that stand in fields which elsewhere hold names or sentences. */
export const fixedWords: Readonly<Record<string, ReadonlySet<string>>> = {
  by: new Set(["priority", "held"]),
  // A refused claim says which command it was.
  command: new Set(["lock.release", "lock.upgrade", "lock.downgrade", "lock.transfer", "election.proclaim", "election.handOver", "election.assert"]),
  // The agents' protocols that this program knows.
  protocol: new Set(["raft", "bully", "ring", "rendezvous", "pbft"]),
  why: new Set([
    ...[
      "released",
      "left",
      "transferred",
      "expired",
      "expelled",
      "forced",
      "overheld",
      "replaced",
      "cancelled",
      "deadline",
      "unsupported",
      "victim",
      "wounded",
    ],
    ...["fulfilled", "withdrawn", "sessionEnded", "healed", "stopped", "stoppedAll", "halted", "over", "operator", "retention", "livelock", "brokenRule"],
    ...[...electedWhySchema.options, ...leaderEndWhySchema.options, ...candidateEndWhySchema.options],
    ...["refused", "timeout", "nomineeGone", "overtaken", "splitBrain"],
  ]),
};
