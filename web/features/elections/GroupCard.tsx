import { memo } from "react";
import { plural } from "../../app/format.ts";
import { Dot, Name } from "../../components/Names.tsx";
import { electionSettingsWords } from "../../projections/election-words.ts";
import type { GroupRow } from "../../projections/elections.ts";
import { useThing } from "../../stores/selection.ts";
import { BallotLine } from "./BallotLine.tsx";
import { CandidateList } from "./CandidateList.tsx";
import classes from "./Elections.module.css";
import { GroupActs } from "./GroupActs.tsx";
import { LeaderLine } from "./LeaderLine.tsx";
import { NodeTable } from "./NodeTable.tsx";
import { groupLamp, statusWords } from "./status.ts";

const candidatesAtMost = 4;
const nodesAtMost = 5;

/** A group at a glance: who leads and why, who else would, and what is voted on. */
export const GroupCard = memo(
  function GroupCard({ row }: { row: GroupRow }) {
    const { key: group, election, nodes, split } = row;
    const { props } = useThing("group", group);
    const words = statusWords(row);
    return (
      <article className={classes.card} data-status={row.status} aria-label={`${group}, ${words}`} {...props}>
        <header className={classes.head}>
          <Dot lamp={groupLamp(row)} />
          <Name kind="group" id={group} />
          <span className={classes.status}>{words}</span>
        </header>
        {split === undefined ? null : (
          <p className={classes.split}>
            <Name kind="finding" id={split.finding} label={`${split.agents[0]}: ${split.because[0] ?? "believes that it leads"}`} />
          </p>
        )}
        {election === undefined ? null : (
          <>
            <LeaderLine election={election} />
            {election.ballot === undefined ? null : <BallotLine ballot={election.ballot} candidates={election.candidates} />}
            <CandidateList election={election} atMost={candidatesAtMost} />
          </>
        )}
        {nodes.length > 0 ? <NodeTable nodes={nodes} atMost={nodesAtMost} /> : null}
        <footer className={classes.foot}>
          <span className={classes.policy}>{election === undefined ? plural(nodes.length, "node") : electionSettingsWords(election.settings)}</span>
          <GroupActs row={row} />
        </footer>
      </article>
    );
  },
  ({ row: before }, { row }) =>
    before.election === row.election &&
    before.split === row.split &&
    before.key === row.key &&
    before.nodes.length === row.nodes.length &&
    before.nodes.every((node, index) => node === row.nodes[index]),
);
