import { Button, Menu } from "@mantine/core";
import { useState } from "react";
import type { Finding } from "../../../shared/model/index.ts";
import { muteOf, type State } from "../../../shared/state/index.ts";
import { formatDuration, formatTime } from "../../app/format.ts";
import { Since } from "../../components/Clock.tsx";
import { Name } from "../../components/Names.tsx";
import { Box } from "../../components/Parts.tsx";
import type { PastFinding } from "../../projections/finding-history.ts";
import { findingKinds, findingTitle } from "../../projections/finding-words.ts";
import { useNow } from "../../stores/clock.ts";
import { openAct } from "../acts/act-store.ts";
import { Rivals } from "../elections/Rivals.tsx";
import { SplitBrainActs } from "../elections/SplitBrainActs.tsx";
import inspector from "../inspector/Inspector.module.css";
import { Acts, Head, Line, Lines, Section } from "../inspector/parts.tsx";
import { RuleForm } from "../rules/RuleForm.tsx";
import { ShowInGraph } from "../waiting/ShowInGraph.tsx";
import classes from "./Findings.module.css";
import { mutePatterns, openFavour, openJudge, openMute } from "./finding-acts.ts";
import { useFindings } from "./finding-store.ts";
import { Loop } from "./Loop.tsx";
import { Orders } from "./Orders.tsx";

const namesAtMost = 12;

/** Something that a detector thinks: why it thinks so, what would set it free, and what a person says to it. */
export function FindingPanel({ state, id }: { state: State; id: string }) {
  const now = useNow(1_000);
  const standing = state.findings.get(id);
  const past = useFindings().find((one) => one.found.finding === id);
  const found = standing ?? past?.found;
  if (found === undefined) return <Head title="Finding">It is over, and not in the events at hand any more.</Head>;
  const { label, means } = findingKinds[found.kind];
  const mute = muteOf(state, found);
  return (
    <>
      <Head title={findingTitle(found)}>
        {label} · {standing === undefined ? `over after ${formatDuration(past?.cleared?.lastedMs ?? 0)}` : <Since sinceMs={found.sinceMs} words />} · since{" "}
        {formatTime(found.sinceMs, now)}
      </Head>
      <Section heading="Why we think so">
        <p className={inspector.calm}>{means}</p>
        <Lines>
          {found.because.map((signal) => (
            <Line key={signal} lamp={standing === undefined ? "idle" : "alert"}>
              {signal}
            </Line>
          ))}
        </Lines>
      </Section>
      {found.loop !== undefined && found.loop.length > 0 ? (
        <Section heading="What repeats">
          <Loop acts={found.loop} />
        </Section>
      ) : null}
      {found.orders !== undefined && found.orders.length > 0 ? (
        <Section heading="The orders that cross">
          <Orders orders={found.orders} />
        </Section>
      ) : null}
      <Section heading={found.kind === "splitBrain" ? "Who believes to lead" : "Who and where"}>
        {found.kind === "splitBrain" ? <Rivals state={state} found={found} /> : null}
        <p className={classes.names}>
          {(found.kind === "splitBrain" ? [] : found.agents).slice(0, namesAtMost).map((agent) => (
            <Name key={agent} kind="agent" id={agent} />
          ))}
          {found.resources.slice(found.kind === "splitBrain" ? 1 : 0, namesAtMost).map((resource) => (
            <Name key={resource} kind="resource" id={resource} />
          ))}
        </p>
        {standing === undefined ? null : <ShowInGraph what="them" />}
      </Section>
      {found.plan === undefined ? null : (
        <Section heading="What would help">
          <Box>{found.plan.why}</Box>
        </Section>
      )}
      {past?.resolved === undefined ? null : <Resolved resolved={past.resolved} />}
      {found.judged === undefined && mute === undefined ? null : (
        <Section heading="What people said">
          <p className={inspector.calm}>
            {found.judged === undefined
              ? ""
              : `${found.judged.by} said ${formatDuration(now - found.judged.atMs)} ago: ${found.judged.verdict === "agree" ? "it is right" : "not an issue"}. `}
            {mute === undefined ? "" : `Muted in ${mute.pattern} by ${mute.by}: ${mute.reason}`}
          </p>
        </Section>
      )}
      {standing === undefined ? null : <FindingActs state={state} found={found} />}
    </>
  );
}

/** How a livelock was ended before, by whom and for whom. */
function Resolved({ resolved }: { resolved: NonNullable<PastFinding["resolved"]> }) {
  const { actor, agent, backOff, why } = resolved;
  return (
    <Section heading="What was done">
      <Box>
        {actor === undefined ? "By itself" : actor.principal}: {agent} goes first
        {backOff.length === 0 ? "" : `; ${backOff.map((one) => `${one.agent} stands back for ${formatDuration(one.ms)}`).join(", ")}`}. {why}
      </Box>
    </Section>
  );
}

function FindingActs({ state, found }: { state: State; found: Finding }) {
  const [ruled, setRuled] = useState<string>();
  const { plan } = found;
  const resource = plan?.resource ?? found.resources[0];
  const locks =
    plan?.act === "forceRelease" && resource !== undefined
      ? state.index.locks.at(resource).filter((lock) => lock.coolingUntilMs === undefined && (plan.agent === undefined || lock.agent === plan.agent))
      : [];
  return (
    <Acts>
      {found.kind === "livelock"
        ? found.agents.slice(0, 4).map((agent) => (
            <Button
              key={agent}
              size="xs"
              variant="default"
              className={agent === plan?.agent ? inspector.release : undefined}
              onClick={() => openFavour(found, agent)}
            >
              Let {agent} go first…
            </Button>
          ))
        : null}
      {found.kind === "splitBrain" ? <SplitBrainActs state={state} found={found} /> : null}
      {locks.length > 0 ? (
        <Button size="xs" variant="default" className={inspector.release} onClick={() => openAct({ type: "lock.forceRelease", locks })}>
          Release…
        </Button>
      ) : null}
      {resource !== undefined && plan !== undefined && ["inherit", "order", "raise"].includes(plan.act) ? (
        <Button size="xs" variant="default" onClick={() => setRuled(resource)}>
          Rule…
        </Button>
      ) : null}
      <Button size="xs" variant="default" onClick={() => openJudge(found, "agree")}>
        It is right…
      </Button>
      <Button size="xs" variant="default" onClick={() => openJudge(found, "notAnIssue")}>
        Not an issue…
      </Button>
      <Menu position="top-end">
        <Menu.Target>
          <Button size="xs" variant="default">
            Mute…
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Such findings call nobody in</Menu.Label>
          {mutePatterns(found).map((pattern) => (
            <Menu.Item key={pattern} onClick={() => openMute(found.kind, pattern)}>
              <span className="sb-mono">{pattern}</span>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {ruled === undefined ? null : (
        <RuleForm rule={state.rules.findLast(({ pattern }) => pattern === ruled)} pattern={ruled} close={() => setRuled(undefined)} />
      )}
    </Acts>
  );
}
