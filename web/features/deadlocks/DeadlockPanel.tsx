import { Button } from "@mantine/core";
import { useState } from "react";
import type { DeadlockRecord } from "../../../shared/model/index.ts";
import type { State } from "../../../shared/state/index.ts";
import { formatCount, formatDuration, formatTime, plural } from "../../app/format.ts";
import { Since } from "../../components/Clock.tsx";
import { Dot, Name } from "../../components/Names.tsx";
import { Box } from "../../components/Parts.tsx";
import type { PastDeadlock } from "../../projections/deadlock-history.ts";
import { costWords, endWords, planWords, ringOf, sparedWords } from "../../projections/deadlock-words.ts";
import { useNow } from "../../stores/clock.ts";
import inspector from "../inspector/Inspector.module.css";
import { Acts, Head, Line, Lines, Section } from "../inspector/parts.tsx";
import { RuleForm } from "../rules/RuleForm.tsx";
import { LinkWords } from "../waiting/LinkWords.tsx";
import { ShowInGraph } from "../waiting/ShowInGraph.tsx";
import classes from "./Deadlocks.module.css";
import { openGiveWay } from "./deadlock-acts.ts";
import { useDeadlocks } from "./deadlock-store.ts";

/** A deadlock in words: who waits for whom, who could give way and at what cost, what the policy does, and what one can do. */
export function DeadlockPanel({ state, id }: { state: State; id: string }) {
  const past = useDeadlocks().find(({ found }) => found.deadlock === id);
  const standing = state.deadlocks.get(id);
  const found = standing ?? past?.found;
  if (found === undefined)
    return <Head title={`Deadlock ${id}`}>It is over, and not in the events at hand any more. The timeline and the audit of its time have it.</Head>;
  return <Found state={state} found={found} past={past} stands={standing !== undefined} />;
}

function Found({ state, found, past, stands }: { state: State; found: DeadlockRecord; past: PastDeadlock | undefined; stands: boolean }) {
  const now = useNow(1_000);
  const [editing, setEditing] = useState(false);
  const ring = ringOf(found);
  const behind = found.members.filter((agent) => !ring.includes(agent));
  const end = past?.end;
  const others = state.sessions.size - found.members.length;
  return (
    <>
      <Head title={`Deadlock of ${ring.slice(0, 8).join(", ")}${ring.length > 8 ? ` and ${ring.length - 8} more` : ""}`}>
        formed {formatTime(found.sinceMs, now)}
        {past === undefined ? "" : ` at position ${formatCount(past.position)}`} ·{" "}
        {stands ? (
          <>
            stands for <Since sinceMs={found.sinceMs} words />
          </>
        ) : end === undefined ? (
          "over"
        ) : end.lastedMs === 0 ? (
          "resolved at once"
        ) : (
          `lasted ${formatDuration(end.lastedMs)}`
        )}
      </Head>
      <Section heading="In words">
        <Lines>
          {found.cycle.map((step) => (
            <Line key={`${step.session} ${step.request} ${step.declared}`} lamp={stands ? "alert" : "idle"}>
              <LinkWords
                agent={step.agent}
                kind={step.kind}
                resource={step.resource}
                sinceMs={step.sinceMs}
                on={[step.onAgent]}
                {...(stands ? {} : { untilMs: end?.atMs ?? found.sinceMs })}
              />
            </Line>
          ))}
          {behind.length > 0 ? (
            <Line lamp="wait">
              {plural(behind.length, "agent more waits", "agents more wait")} behind them:{" "}
              {behind.slice(0, 6).map((agent, index) => (
                <span key={agent}>
                  {index > 0 ? ", " : ""}
                  <Name kind="agent" id={agent} />
                </span>
              ))}
              {behind.length > 6 ? ` and ${behind.length - 6} more` : ""}
            </Line>
          ) : null}
        </Lines>
        {stands ? <ShowInGraph what="the ring" /> : null}
        {stands ? <p className={inspector.calm}>None of them can go on by itself. {others > 0 ? `The other ${plural(others, "agent")} can.` : ""}</p> : null}
      </Section>
      {stands || end === undefined ? null : (
        <Section heading="What set them free">
          <Box>{past === undefined ? "" : endWords(past)}</Box>
        </Section>
      )}
      <WhoGivesWay found={found} past={past} stands={stands} atMs={stands ? now : (end?.atMs ?? found.sinceMs)} />
      <Section heading="Policy">
        <Box>{stands ? planWords(found, state.shadow) : `${policyWords(found)} The plan was: ${found.plan.why}`}</Box>
      </Section>
      <Foreseen state={state} found={found} />
      <Acts>
        {stands
          ? found.candidates.slice(0, 4).map((one) => (
              <Button
                key={one.session}
                size="xs"
                variant="default"
                className={one.session === found.plan.session ? inspector.release : undefined}
                onClick={() => openGiveWay(found, one)}
              >
                Let {one.agent} give way…
              </Button>
            ))
          : null}
        {found.resource === "" ? null : (
          <Button size="xs" variant="default" onClick={() => setEditing(true)}>
            Policy…
          </Button>
        )}
        {editing ? (
          <RuleForm rule={state.rules.findLast(({ pattern }) => pattern === found.resource)} pattern={found.resource} close={() => setEditing(false)} />
        ) : null}
      </Acts>
    </>
  );
}

function policyWords({ policy, automatic }: DeadlockRecord): string {
  return `Policy ${policy}, automatic acts ${automatic}.`;
}

function WhoGivesWay({ found, past, stands, atMs }: { found: DeadlockRecord; past: PastDeadlock | undefined; stands: boolean; atMs: number }) {
  if (found.candidates.length === 0) return null;
  const gave = new Set(past?.victims.map(({ agent }) => agent));
  return (
    <Section heading={stands ? "Who could give way" : "Who could have given way"}>
      <ul className={classes.candidates}>
        {found.candidates.map((one) => {
          const planned = found.plan.act === "abort" && one.session === found.plan.session;
          const note = gave.has(one.agent) ? "gave way" : planned && stands ? "the policy's choice" : sparedWords(one);
          return (
            <li key={one.session} className={classes.candidate}>
              <span>
                <Dot lamp={gave.has(one.agent) || (planned && stands) ? "wait" : "idle"} /> <Name kind="agent" id={one.agent} />
                {note === "" ? "" : ` ${note}`}
              </span>
              <span className="sb-mono">{costWords(found, one, atMs)}</span>
              <span className={classes.frees}>{one.frees === 0 ? "frees nobody" : `frees ${plural(one.frees, "agent")}`}</span>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

/** The orders that had been warned of, where they were. */
function Foreseen({ state, found }: { state: State; found: DeadlockRecord }) {
  const resources = new Set(found.cycle.map((step) => step.resource));
  const warned = [...state.findings.values()].find(
    ({ kind, resources: theirs }) => kind === "lockOrder" && theirs.filter((one) => resources.has(one)).length > 1,
  );
  if (warned === undefined) return null;
  return (
    <Section heading={warned.sinceMs < found.sinceMs ? "Could have been seen" : "It can come again"}>
      <Box>
        {(warned.orders ?? []).slice(0, 4).map((order, index) => (
          <span key={`${order.agent} ${order.first} ${order.next}`}>
            {index > 0 ? ", " : ""}
            {order.agent} takes <span className="sb-mono">{order.first}</span> then <span className="sb-mono">{order.next}</span>
          </span>
        ))}
        . <Name kind="finding" id={warned.finding} label="Both orders side by side" />
      </Box>
    </Section>
  );
}
