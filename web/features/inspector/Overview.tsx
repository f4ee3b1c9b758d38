import type { State } from "../../../shared/state/index.ts";
import { formatCount, plural } from "../../app/format.ts";
import { Since } from "../../components/Clock.tsx";
import { Dot, type Lamp, Name } from "../../components/Names.tsx";
import { countGroups, groupsLedByNodes, statusOf } from "../../projections/elections.ts";
import { useIsPast } from "../../stores/world.ts";
import { useAttention } from "../attention/attention-store.ts";
import { NeedList } from "../attention/NeedList.tsx";
import { PastDeadlocks } from "../deadlocks/PastDeadlocks.tsx";
import { AboutTrace, ReplayPanel } from "../replay/ReplayPanel.tsx";
import classes from "./Inspector.module.css";
import { Head, Line, Lines, Section } from "./parts.tsx";
import { ReportSections } from "./ReportSections.tsx";

const longestShown = 5;

/** The space in words and figures, while nothing is selected. */
export function Overview({ state }: { state: State }) {
  const needs = useAttention();
  const past = useIsPast();
  const cooling = [...state.locks.values()].filter(({ coolingUntilMs }) => coolingUntilMs !== undefined).length;
  // Requests are numbered as they come, so the map is in the order of waiting.
  const longest = [...state.waits.values()].slice(0, longestShown);
  return (
    <>
      <Head title={`Space ${state.space}`}>
        {needs.length === 0 ? "Everything moves by itself." : `${plural(needs.length, "thing needs", "things need")} you.`}
      </Head>
      <ReplayPanel />
      {needs.length > 0 ? (
        <Section heading="What needs you">
          <NeedList needs={needs} />
        </Section>
      ) : null}
      <Section heading={past ? "At this moment" : "Now"}>
        <dl className={classes.counts}>
          <Count lamp="idle" label="agents" count={state.sessions.size} />
          <Count lamp="hold" label="locks held" count={state.locks.size - cooling} square />
          <Count lamp="wait" label="waiting" count={state.waits.size} />
          <Count lamp="intend" label="intents" count={state.intents.size} />
          <Count lamp="intend" label="frozen" count={state.freezes.size} square />
          <Count lamp="wait" label="cooling" count={cooling} square />
          {state.elections.size + state.nodes.size === 0 ? null : <GroupCounts state={state} />}
        </dl>
      </Section>
      {longest.length > 0 ? (
        <Section heading="Waiting longest">
          <Lines>
            {longest.map((wait) => (
              <Line key={wait.request} lamp="wait">
                <Name kind="agent" id={wait.agent} /> <Since sinceMs={wait.queuedMs} words /> for <Name kind="resource" id={wait.wants[0]?.resource ?? ""} />
                {wait.wants.length > 1 ? ` and ${wait.wants.length - 1} more` : ""}
              </Line>
            ))}
          </Lines>
        </Section>
      ) : null}
      <PastDeadlocks atMost={4} />
      {past ? <AboutTrace /> : <ReportSections />}
    </>
  );
}

function GroupCounts({ state }: { state: State }) {
  const { led, voting, vacant } = countGroups([...state.elections.values()].map((election) => ({ status: statusOf(election, undefined) })));
  return (
    <>
      <Count lamp="lead" label="groups led" count={led + groupsLedByNodes(state)} />
      <Count lamp="wait" label="vacant" count={vacant} />
      <Count lamp="wait" label="voting" count={voting} />
    </>
  );
}

function Count({ lamp, label, count, square }: { lamp: Lamp; label: string; count: number; square?: boolean }) {
  return (
    <div className={classes.count}>
      <dt>
        <Dot lamp={count > 0 ? lamp : "idle"} square={square} /> {label}
      </dt>
      <dd>{formatCount(count)}</dd>
    </div>
  );
}
