import type { ReactNode } from "react";
import { formatDuration } from "../../../shared/analysis/words.ts";
import type { Lock, Wait } from "../../../shared/model/index.ts";
import { formatCount, plural } from "../../app/format.ts";
import { type Lamp, Name } from "../../components/Names.tsx";
import type { Changes, LeaderChange } from "../../projections/changes-between.ts";
import { faultLabel } from "../../projections/fault-words.ts";
import { findingTitle } from "../../projections/finding-words.ts";
import { Line, Lines } from "../inspector/parts.tsx";
import classes from "./ReplayPanel.module.css";

const shownAtMost = 12;

/** The balance of two moments, kind by kind; what did not change is left out. */
export function ChangeList({ changes }: { changes: Changes }) {
  const { from, to, fromMs, toMs } = changes;
  const groups = groupsOf(changes).filter(({ entries }) => entries.length > 0);
  return (
    <>
      <p className={classes.dim}>
        {plural(to - from, "event")} in {formatDuration(toMs - fromMs)}.{groups.length === 0 ? " At the end everything is as it was." : ""}
      </p>
      {groups.map(({ heading, lamp, square, entries }) => (
        <section key={heading} className={classes.group} aria-label={heading}>
          <h4>
            {heading}, {formatCount(entries.length)}
          </h4>
          <Lines>
            {entries.slice(0, shownAtMost).map(({ key, words }) => (
              <Line key={key} lamp={lamp} square={square}>
                {words}
              </Line>
            ))}
          </Lines>
          {entries.length > shownAtMost ? <span className={classes.dim}>and {formatCount(entries.length - shownAtMost)} more</span> : null}
        </section>
      ))}
    </>
  );
}

interface Group {
  readonly heading: string;
  readonly lamp: Lamp;
  readonly square?: boolean;
  readonly entries: readonly { readonly key: string | number; readonly words: ReactNode }[];
}

const lock = ({ fence, agent, resource }: Lock) => ({
  key: fence,
  words: (
    <>
      <Name kind="agent" id={agent} /> <Name kind="resource" id={resource} />, fence {fence}
    </>
  ),
});
const wait = ({ request, agent, wants }: Wait) => ({
  key: request,
  words: (
    <>
      <Name kind="agent" id={agent} /> for <Name kind="resource" id={wants[0]?.resource ?? ""} />
      {wants.length > 1 ? ` and ${wants.length - 1} more` : ""}
    </>
  ),
});
const agent = ({ session, agent: id }: { session: string; agent: string }) => ({ key: session, words: <Name kind="agent" id={id} /> });
const leader = ({ group, before, after }: LeaderChange) => ({
  key: group,
  words: (
    <>
      <Name kind="group" id={group} />: {before === undefined ? "nobody" : before.agent} before,{" "}
      {after === undefined ? "nobody now" : `${after.agent} now, term ${after.term}`}
    </>
  ),
});
const text = (words: string) => ({ key: words, words });

function groupsOf(changes: Changes): Group[] {
  return [
    { heading: "Deadlocks formed", lamp: "alert", entries: changes.deadlocksFormed.map((id) => ({ key: id, words: <Name kind="deadlock" id={id} /> })) },
    { heading: "Deadlocks resolved", lamp: "idle", entries: changes.deadlocksResolved.map(text) },
    { heading: "Findings raised", lamp: "alert", entries: changes.findingsRaised.map((found) => text(findingTitle(found))) },
    { heading: "Findings cleared", lamp: "idle", entries: changes.findingsCleared.map((found) => text(findingTitle(found))) },
    { heading: "Locks granted", lamp: "hold", square: true, entries: changes.granted.map(lock) },
    { heading: "Locks given back or lost", lamp: "idle", square: true, entries: changes.released.map(lock) },
    { heading: "Waits begun", lamp: "wait", entries: changes.waitsBegun.map(wait) },
    { heading: "Waits ended", lamp: "idle", entries: changes.waitsEnded.map(wait) },
    { heading: "Intents announced", lamp: "intend", entries: changes.intentsAnnounced.map((one) => text(`${one.agent}: ${one.reason} (${one.intent})`)) },
    { heading: "Intents ended", lamp: "idle", entries: changes.intentsEnded.map((one) => text(`${one.agent}: ${one.reason} (${one.intent})`)) },
    { heading: "Leaders changed", lamp: "lead", entries: changes.leadersChanged.map(leader) },
    { heading: "Agents come", lamp: "hold", entries: changes.agentsCome.map(agent) },
    { heading: "Agents gone", lamp: "idle", entries: changes.agentsGone.map(agent) },
    {
      heading: "Agents that do something else",
      lamp: "intend",
      entries: changes.agentsChanged.map(({ before, after }) => ({
        key: after.session,
        words: (
          <>
            <Name kind="agent" id={after.agent} /> {before.connected === after.connected ? "" : after.connected ? "is back, " : "is cut off, "}
            {after.state}
            {after.doing === "" ? "" : `: ${after.doing}`}
          </>
        ),
      })),
    },
    {
      heading: "Settings changed",
      lamp: "idle",
      square: true,
      entries: [
        ...changes.rulesSet.map((rule) => text(`rule set for ${rule.pattern}: ${rule.reason}`)),
        ...changes.rulesGone.map((rule) => text(`rule no more for ${rule.pattern}`)),
        ...changes.quotasSet.map((quota) =>
          text(`quota of ${quota.principal}: ${quota.locks ?? "any number of"} locks, ${quota.waits ?? "any number of"} waits`),
        ),
        ...changes.quotasGone.map((quota) =>
          text(`no more: quota of ${quota.principal}, ${quota.locks ?? "any number of"} locks, ${quota.waits ?? "any number of"} waits`),
        ),
        ...changes.frozen.map((freeze) => text(`${freeze.resource} frozen: ${freeze.reason}`)),
        ...changes.thawed.map((freeze) => text(`${freeze.resource} thawed`)),
      ],
    },
    { heading: "Faults begun", lamp: "wait", entries: changes.faultsBegun.map((fault) => ({ key: fault.fault, words: faultLabel(fault) })) },
    { heading: "Faults ended", lamp: "idle", entries: changes.faultsEnded.map((fault) => ({ key: fault.fault, words: faultLabel(fault) })) },
  ];
}
