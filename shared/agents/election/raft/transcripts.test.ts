import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type Troupe, transcript } from "../../testing/transcript.ts";
import { type RaftConfig, type RaftDurable, type RaftMessage, type RaftNode, raft } from "./index.ts";

/** Plays every script of `testdata` and compares what comes out, word for word. `npm run protocol:transcripts` writes it anew. */
const folder = fileURLToPath(new URL("testdata/", import.meta.url));
const renew = process.env.SIGNALBOX_RENEW_TRANSCRIPTS !== undefined;

const names = (text: string | undefined) => (text === undefined || text === "" ? [] : text.split(","));

const troupe: Troupe<RaftConfig, RaftNode, RaftMessage, RaftDurable> = {
  machine: raft,
  configOf: (id, named, settings) => ({
    id,
    members: settings.has("members") ? names(settings.get("members")) : named,
    learners: names(settings.get("learners")),
    heartbeatMs: 100,
    electionMs: 1_000,
    snapshotAfter: Number(settings.get("snapshotAfter") ?? 512),
    reads: settings.get("reads") === "lease" ? "lease" : "index",
    driftBound: 0.05,
  }),
  showDurable: ({ term, votedFor, log, snapshot }) =>
    `term ${term}, vote ${votedFor ?? "none"}, log ${log.base + 1}..${log.last}${snapshot.index > 0 ? `, snapshot ${snapshot.index}` : ""}`,
  showMessage,
};

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
      return `snapshot t${term} r${message.round} ${message.snapshot.index}/${message.snapshot.term} ${message.snapshot.state}`;
    case "lead":
      return `lead t${term}`;
  }
}

function showEntry(entry: Extract<RaftMessage, { type: "append" }>["entries"][number]): string {
  if (entry.type === "begin") return `begin/${entry.term}`;
  if (entry.type === "value") return `${entry.value}/${entry.term}`;
  const { voters, outgoing, learners } = entry.configuration;
  return `members(${voters}${outgoing.length > 0 ? ` from ${outgoing}` : ""}${learners.length > 0 ? ` learners ${learners}` : ""})/${entry.term}`;
}

test.each(readdirSync(folder).filter((file) => file.endsWith(".txt")))("transcript %s", (file) => {
  const script = readFileSync(`${folder}${file}`, "utf8");
  const played = transcript(troupe, script);
  if (renew) writeFileSync(`${folder}${file}`, played);
  else expect(played).toBe(script);
});
