import type { State } from "../../../shared/state/index.ts";
import { formatDuration } from "../../app/format.ts";
import { Fact, Facts } from "../../components/Facts.tsx";
import { policyWords, settingsBesides } from "../../projections/election-words.ts";
import { groupRow } from "../../projections/elections.ts";
import { useNow } from "../../stores/clock.ts";
import { useAttention } from "../attention/attention-store.ts";
import inspector from "../inspector/Inspector.module.css";
import { Acts, Head, NeedBox, Section } from "../inspector/parts.tsx";
import { BallotLine } from "./BallotLine.tsx";
import { CandidateList } from "./CandidateList.tsx";
import { GroupActs } from "./GroupActs.tsx";
import { LeaderLine } from "./LeaderLine.tsx";
import { LiveNodes } from "./LiveNodes.tsx";
import { NodeTable } from "./NodeTable.tsx";
import { PastTerms } from "./PastTerms.tsx";
import { statusWords } from "./status.ts";
import { TermSteps } from "./TermSteps.tsx";
import { useOperates } from "./use-operates.ts";

const candidatesAtMost = 40;
const nodesAtMost = 40;

/** One group and all that is known of its elections. */
export function GroupPanel({ state, group }: { state: State; group: string }) {
  const row = groupRow(state, group);
  const operates = useOperates();
  const needs = useAttention().filter(
    ({ kind, subject, resources }) => (subject.kind === "group" && subject.id === group) || (kind === "splitBrain" && resources?.[0] === group),
  );
  if (row === undefined)
    return (
      <>
        <Head title={group} mono>
          Nobody campaigns in it, and no operator set it up.
        </Head>
        <PastTerms group={group} />
      </>
    );
  const { election, nodes } = row;
  return (
    <>
      <Head title={group} mono>
        {statusWords(row)}
      </Head>
      {needs.length > 0 ? (
        <Section heading="Why it needs you">
          {needs.map((need) => (
            <NeedBox key={need.id} need={need} />
          ))}
        </Section>
      ) : null}
      {election === undefined ? null : (
        <>
          <Section heading="Who leads">
            <LeaderLine election={election} />
          </Section>
          {election.ballot === undefined ? null : (
            <Section heading="Open ballot">
              <BallotLine ballot={election.ballot} candidates={election.candidates} />
            </Section>
          )}
          <Section heading="Candidates">
            <CandidateList election={election} atMost={candidatesAtMost} />
          </Section>
        </>
      )}
      {nodes.length > 0 ? (
        <Section heading="Nodes">
          {election === undefined ? <TermSteps group={group} /> : null}
          <LiveNodes group={group} nodes={nodes} />
          <NodeTable nodes={nodes} atMost={nodesAtMost} />
        </Section>
      ) : null}
      <PastTerms group={group} />
      {election === undefined ? null : (
        <Section heading="How it is elected">
          <p className={inspector.calm}>
            By {policyWords[election.settings.policy].label}: {policyWords[election.settings.policy].means}
            {settingsBesides(election.settings).map((words) => `; ${words}`)}.
          </p>
          <Facts>
            <Fact label="highest term or ballot" value={election.lastTerm} />
            <Fact label="leaders so far" value={election.terms} />
            {election.configured === undefined ? null : (
              <Fact label={`set up by ${election.configured.by}: ${election.configured.reason}`} value={<Ago atMs={election.configured.atMs} />} />
            )}
          </Facts>
        </Section>
      )}
      {operates ? (
        <Acts>
          <GroupActs row={row} />
        </Acts>
      ) : null}
    </>
  );
}

function Ago({ atMs }: { atMs: number }) {
  return <>{formatDuration(Math.max(0, useNow(5_000) - atMs))} ago</>;
}
