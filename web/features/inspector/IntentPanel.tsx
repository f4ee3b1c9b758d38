import { conflictsOf } from "../../../shared/analysis/conflicts.ts";
import type { Conflict } from "../../../shared/model/index.ts";
import type { State } from "../../../shared/state/index.ts";
import { formatDuration, formatTime } from "../../app/format.ts";
import { Since, Until } from "../../components/Clock.tsx";
import { Fact, Facts } from "../../components/Facts.tsx";
import { Name } from "../../components/Names.tsx";
import { useNow } from "../../stores/clock.ts";
import classes from "./Inspector.module.css";
import { Head, Line, Lines, Section } from "./parts.tsx";

export function IntentPanel({ state, id }: { state: State; id: string }) {
  const now = useNow(1_000);
  const intent = state.intents.get(id);
  if (intent === undefined)
    return <Head title={`Intent ${id}`}>It is over: fulfilled, withdrawn, expired, or its agent left. The audit and the timeline keep it.</Head>;
  const conflicts = conflictsOf(state, intent);
  return (
    <>
      <Head title={intent.reason}>
        {`intent ${intent.intent} · ${intent.committed ? "committed" : "announced"} · `}
        <Name kind="agent" id={intent.agent} />
      </Head>
      <Section heading="When">
        <Facts>
          <Fact
            label="begins"
            value={
              <>
                <Until untilMs={intent.startMs} />, {formatTime(intent.startMs, now)}
              </>
            }
          />
          <Fact
            label="ends"
            value={
              <>
                <Until untilMs={intent.endMs} />, {formatTime(intent.endMs, now)}
              </>
            }
          />
          <Fact label="lasts" value={formatDuration(intent.endMs - intent.startMs)} />
          <Fact
            label="announced"
            value={
              <>
                <Since sinceMs={intent.announcedMs} words /> ago
              </>
            }
          />
        </Facts>
      </Section>
      <Section heading="What it will use">
        <Lines>
          {intent.uses.map((use) => (
            <Line key={use.resource} lamp="intend" square>
              <Name kind="resource" id={use.resource} />
              {use.mode === "shared" ? ", shared" : ""}
              {use.weight > 1 ? `, ${use.weight} units` : ""}
            </Line>
          ))}
        </Lines>
      </Section>
      <Section heading="What it would meet now">
        {conflicts.length === 0 ? (
          <p className={classes.calm}>Nothing: nobody holds, waits for or intends what does not go together with it.</p>
        ) : (
          <Lines>
            {conflicts.map((conflict) => (
              <Line key={JSON.stringify(conflict)} lamp={conflict.kind === "intent" ? "intend" : conflict.kind === "holder" ? "hold" : "wait"}>
                <ConflictWords conflict={conflict} />
              </Line>
            ))}
          </Lines>
        )}
      </Section>
    </>
  );
}

function ConflictWords({ conflict }: { conflict: Conflict }) {
  const verb = { intent: "intends to use", holder: "holds", waiter: "waits for" }[conflict.kind];
  return (
    <>
      <Name kind="agent" id={conflict.agent} /> {verb} <Name kind="resource" id={conflict.resource} />
      {conflict.kind === "intent" ? (
        <>
          : <Name kind="intent" id={conflict.intent} label={conflict.reason} />
        </>
      ) : (
        <>
          {" "}
          for <Since sinceMs={conflict.sinceMs} words />
        </>
      )}
    </>
  );
}
