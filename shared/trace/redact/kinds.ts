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
    favour: "name",
    holder: "name",
    "members[]": "name",
    "on[]": "name",
    onAgent: "name",
    toAgent: "name",
    winner: "name",
  },
  ...{ principal: "name", by: "name", sender: "sender", target: "target", peer: "target", "about[]": "about" },
  ...{ resource: "resource", "resources[]": "resource", abortedFor: "resource", pattern: "resource", first: "resource", next: "resource" },
  ...{ reason: "reason", because: "words", "because[]": "words", why: "words" },
  ...{ doing: "payload", what: "payload", "labels{key}": "payload", "labels{}": "payload", "roles[]": "payload", name: "payload", "tags[]": "payload" },
  ...{ command: "commandId", id: "commandId", acquire: "commandId", finding: "findingId", "cleared[]": "findingId", resumeHash: "secret" },
};

/** Fields that hold ids of the engine or the gateway, and the space's name: they say nothing of anybody. */
export const keptFields: readonly string[] = [
  ...["base", "current", "deadlock", "declared", "fault", "fence", "floor", "highest", "intent", "lastFence", "newFence", "on", "recording", "reentered[]"],
  ...["schedule", "session", "space", "to", "upgradeOf", "version", "versionFloor", "victim"],
];

/** Words of fixed lists that stand in fields which elsewhere hold names or sentences. */
export const fixedWords: Readonly<Record<string, ReadonlySet<string>>> = {
  by: new Set(["priority", "held"]),
  // A refused claim says which command it was.
  command: new Set(["lock.release", "lock.upgrade", "lock.downgrade", "lock.transfer"]),
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
  ]),
};
