import { Button } from "@mantine/core";
import { livenessOf } from "../../../shared/analysis/liveness.ts";
import type { Session, Wait } from "../../../shared/model/index.ts";
import type { State } from "../../../shared/state/index.ts";
import { formatDuration, plural } from "../../app/format.ts";
import { Since, Until } from "../../components/Clock.tsx";
import { Fact, Facts } from "../../components/Facts.tsx";
import { Name } from "../../components/Names.tsx";
import { groupsOf } from "../../projections/elections.ts";
import { useNow } from "../../stores/clock.ts";
import { worldStore } from "../../stores/world.ts";
import { openAct, releasable } from "../acts/act-store.ts";
import { useAttention } from "../attention/attention-store.ts";
import { openFaultForm } from "../faults/fault-store.ts";
import { WhyWaiting } from "../waiting/WhyWaiting.tsx";
import classes from "./Inspector.module.css";
import { Acts, Head, Line, Lines, NeedBox, Section, Signals } from "./parts.tsx";
import { useRenewed } from "./use-renewed.ts";

const linesAtMost = 12;

export function AgentPanel({ state, agent }: { state: State; agent: string }) {
  const session = state.sessions.get(state.agents.get(agent) ?? "");
  return session === undefined ? <GoneAgent agent={agent} /> : <LiveAgent state={state} session={session} />;
}

/** It was here once: how it ended is the question then. */
function GoneAgent({ agent }: { agent: string }) {
  const { events } = worldStore.getState();
  const now = useNow(1_000);
  const end = events.slice().findLast((event) => event.type === "session.ended" && event.agent === agent);
  return (
    <Head title={agent}>
      {end === undefined || end.type !== "session.ended"
        ? "No agent of this name is here, and none was in the events at hand."
        : `Not here any more: its session ${end.why === "left" ? "left" : end.why} ${formatDuration(now - end.atMs)} ago${end.reason === undefined ? "" : `, by ${end.actor?.principal}: ${end.reason}`}.`}
    </Head>
  );
}

function LiveAgent({ state, session }: { state: State; session: Session }) {
  const now = useNow(1_000);
  const needs = useAttention().filter(({ agent, agents }) => agent === session.agent || agents?.includes(session.agent) === true);
  const renewedMs = useRenewed(session.session);
  const has = state.bySession.get(session.session);
  const locks = [...(has?.locks ?? [])].flatMap((fence) => state.locks.get(fence) ?? []);
  const waits = [...(has?.waits ?? [])].flatMap((request) => state.waits.get(request) ?? []);
  const intents = [...(has?.intents ?? [])].flatMap((intent) => state.intents.get(intent) ?? []);
  const oldest = locks[0];
  const { signals, veto } = livenessOf(state, session, now, { renewedMs }, oldest);
  const labels = Object.entries(session.labels).map(([key, value]) => `${key}=${value}`);
  return (
    <>
      <Head title={session.agent}>
        {[session.connected ? session.state : "not connected", session.doing, ...session.roles].filter((word) => word !== "").join(" · ")}
      </Head>
      {needs.length > 0 ? (
        <Section heading="Why it needs you">
          {needs.map((need) => (
            <NeedBox key={need.id} need={need} />
          ))}
        </Section>
      ) : null}
      <WhyWaiting state={state} session={session.session} />
      <GivesUp waits={waits} />
      {needs.some(({ kind }) => kind === "stuckHolder" || kind === "lostHolder") ? null : (
        <Section heading="Signs of life">
          <Signals signals={signals} veto={veto} />
        </Section>
      )}
      <Section heading={locks.length === 0 ? "Holds nothing" : `Holds ${plural(locks.length, "lock")}`}>
        <Lines>
          {locks.slice(0, linesAtMost).map((lock) => (
            <Line key={lock.fence} lamp="hold" square>
              <Name kind="resource" id={lock.resource} /> for <Since sinceMs={lock.grantedMs} words />, fence <span className="sb-mono">{lock.fence}</span>
              {lock.mode === "shared" ? ", shared" : ""}
            </Line>
          ))}
        </Lines>
        {locks.length > linesAtMost ? <p className={classes.calm}>and {locks.length - linesAtMost} more</p> : null}
      </Section>
      <Leads state={state} session={session.session} />
      {intents.length > 0 ? (
        <Section heading="Intends">
          <Lines>
            {intents.slice(0, linesAtMost).map((intent) => (
              <Line key={intent.intent} lamp="intend">
                <Name kind="intent" id={intent.intent} label={intent.reason} />, <Until untilMs={intent.startMs} />
              </Line>
            ))}
          </Lines>
        </Section>
      ) : null}
      <Section heading="Session">
        <Facts>
          <Fact label="principal" value={session.principal} />
          <Fact label="here for" value={<Since sinceMs={session.joinedMs} words />} />
          <Fact label="lease" value={formatDuration(session.ttlMs)} />
          <Fact label="progress" value={session.progress} />
          {labels.length > 0 ? <Fact label="labels" value={labels.join(" ")} /> : null}
          <Fact label="session" value={session.session} />
        </Facts>
      </Section>
      <Acts>
        {locks.length > 0 ? (
          <Button
            size="xs"
            variant="default"
            onClick={() => openAct({ type: "lock.forceRelease", locks: releasable(state, { kind: "agent", id: session.agent }) })}
            aria-keyshortcuts="R"
          >
            Release a lock…
          </Button>
        ) : null}
        <Button size="xs" variant="default" onClick={() => openAct({ type: "session.expel", session: session.session, agent: session.agent })}>
          Expel…
        </Button>
        <Button size="xs" variant="default" onClick={() => openFaultForm("pause", session.agent)}>
          Inject a fault…
        </Button>
      </Acts>
    </>
  );
}

/** The groups that it leads, and those in which it stands by. */
function Leads({ state, session }: { state: State; session: string }) {
  const { leads, campaigns } = groupsOf(state, session);
  const nodes = [...state.nodes.values()].filter((node) => node.session === session);
  const lines = [
    ...leads.map(({ group, leader }) => ({
      key: `leads ${group}`,
      group,
      lamp: "lead" as const,
      words: leader && <LeadWords term={leader.term} sinceMs={leader.sinceMs} />,
    })),
    ...campaigns.map(({ group, leader }) => ({
      key: `campaigns ${group}`,
      group,
      lamp: "idle" as const,
      words: leader === undefined ? "campaigns; nobody leads" : `stands by behind ${leader.agent}`,
    })),
    ...nodes.map(({ group, view }) => ({
      key: `runs ${group}`,
      group,
      lamp: view.role === "leader" ? ("lead" as const) : ("idle" as const),
      words: `${view.role} in term ${view.term}`,
    })),
  ];
  if (lines.length === 0) return null;
  return (
    <Section heading={leads.length === 0 ? "Campaigns" : `Leads ${plural(leads.length, "group")}`}>
      <Lines>
        {lines.slice(0, linesAtMost).map(({ key, group, lamp, words }) => (
          <Line key={key} lamp={lamp}>
            <Name kind="group" id={group} /> {words}
          </Line>
        ))}
      </Lines>
      {lines.length > linesAtMost ? <p className={classes.calm}>and {lines.length - linesAtMost} more</p> : null}
    </Section>
  );
}

function LeadWords({ term, sinceMs }: { term: string; sinceMs: number }) {
  return (
    <>
      for <Since sinceMs={sinceMs} words />, term <span className="sb-mono">{term}</span>
    </>
  );
}

function GivesUp({ waits }: { waits: readonly Wait[] }) {
  const deadlines = waits.flatMap(({ deadlineMs }) => deadlineMs ?? []);
  if (deadlines.length === 0) return null;
  return (
    <Section heading="How long it will wait">
      <p className={classes.calm}>
        It gives up <Until untilMs={Math.min(...deadlines)} />.
      </p>
    </Section>
  );
}
