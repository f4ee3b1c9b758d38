import { Button } from "@mantine/core";
import { useState } from "react";
import { livenessOf } from "../../../shared/analysis/liveness.ts";
import type { Intent, Lock, Wait } from "../../../shared/model/index.ts";
import { compareWaits, type State, settingsOf } from "../../../shared/state/index.ts";
import { Since, Until } from "../../components/Clock.tsx";
import { Name } from "../../components/Names.tsx";
import { settingsInWords } from "../../projections/settings-words.ts";
import { nowMs, useNow } from "../../stores/clock.ts";
import { openAct, releasable } from "../acts/act-store.ts";
import { EffectList } from "../acts/EffectList.tsx";
import { usePreview } from "../acts/use-preview.ts";
import { useAttention, usualHold } from "../attention/attention-store.ts";
import { RuleForm } from "../rules/RuleForm.tsx";
import classes from "./Inspector.module.css";
import { Acts, Head, Line, Lines, NeedBox, Section, Signals } from "./parts.tsx";
import { UsageSection } from "./UsageSection.tsx";
import { useRenewed } from "./use-renewed.ts";
import { Waiting } from "./Waiting.tsx";

const linesAtMost = 8;
/** What is held more shortly than this is not judged: a busy resource would change its words all the time. */
const lastingMs = 2_000;

interface Found {
  readonly held: Lock[];
  readonly cooling: Lock[];
  /** Held above or below, or through a glob. */
  readonly around: Lock[];
  readonly waits: Wait[];
  readonly intents: Intent[];
}

function find(state: State, resource: string): Found {
  const found: Found = { held: [], cooling: [], around: [], waits: [], intents: [] };
  const waits = new Set<Wait>();
  const intents = new Set<Intent>();
  state.index.locks.some(resource, (lock) => {
    if (lock.coolingUntilMs !== undefined) found.cooling.push(lock);
    else (lock.resource === resource ? found.held : found.around).push(lock);
    return found.held.length + found.around.length >= 200;
  });
  state.index.waits.some(resource, (wait) => waits.add(wait).size >= 200);
  state.index.intents.some(resource, (intent) => intents.add(intent).size >= 50);
  found.waits.push(...[...waits].sort(compareWaits));
  found.intents.push(...[...intents].sort((left, right) => left.startMs - right.startMs));
  return found;
}

export function ResourcePanel({ state, resource }: { state: State; resource: string }) {
  const needs = useAttention().filter(
    ({ subject, resources }) => (subject.kind === "resource" && subject.id === resource) || resources?.includes(resource) === true,
  );
  const settings = settingsOf(state, resource);
  const freeze = state.freezes.get(resource);
  const found = find(state, resource);
  const { held, cooling, around, waits, intents } = found;
  const lasting = held.find(({ grantedMs }) => nowMs() - grantedMs >= lastingMs);
  const used = held.reduce((sum, lock) => sum + lock.weight, 0);
  const what =
    settings.capacity > 1
      ? `${used} of ${settings.capacity} units taken`
      : held.length === 0
        ? cooling.length > 0
          ? "cooling down"
          : "free"
        : held.length > 1
          ? `shared ×${held.length}`
          : `${held[0]?.mode} lock`;
  const rule = state.rules.findLast(({ pattern }) => pattern === resource);
  return (
    <>
      <Head title={resource} mono>
        {[what, settings.level, settings.guarded ? "guarded" : "not guarded", freeze === undefined ? "" : "frozen"].filter((word) => word !== "").join(" · ")}
      </Head>
      {needs.length > 0 ? (
        <Section heading="Why it needs you">
          {needs.map((need) => (
            <NeedBox key={need.id} need={need} />
          ))}
        </Section>
      ) : null}
      {cooling.length === 0 || held.length > 0 ? (
        <Section heading={held.length > 1 ? "Who hold it" : "Who holds it"}>
          {held.length === 0 ? <p className={classes.calm}>Nobody.</p> : null}
          <Lines>
            {held.slice(0, linesAtMost).map((lock) => (
              <Line key={lock.fence} lamp={needs.some(({ fence }) => fence === lock.fence) ? "alert" : "hold"}>
                <Name kind="agent" id={lock.agent} /> for <Since sinceMs={lock.grantedMs} words />, fence <span className="sb-mono">{lock.fence}</span>
                {lock.weight > 1 ? `, ${lock.weight} units` : ""}
                {lock.reason === "" ? "" : `: ${lock.reason}`}
              </Line>
            ))}
          </Lines>
          {held.length > linesAtMost ? <p className={classes.calm}>and {held.length - linesAtMost} more</p> : null}
        </Section>
      ) : null}
      {cooling.length > 0 ? (
        <Section heading="Lock-delay">
          <Lines>
            {cooling.slice(0, linesAtMost).map((lock) => (
              <Line key={lock.fence} lamp="wait">
                {lock.agent} lost fence <span className="sb-mono">{lock.fence}</span>; the next is granted <Until untilMs={lock.coolingUntilMs ?? 0} />
              </Line>
            ))}
          </Lines>
        </Section>
      ) : null}
      {lasting !== undefined && waits.length > 0 && !needs.some(({ fence }) => fence !== undefined) ? <HolderSigns state={state} lock={lasting} /> : null}
      {waits.length > 0 ? <Waiting state={state} resource={resource} waits={waits} held={[...held, ...around]} /> : null}
      {around.length > 0 ? (
        <Section heading="Held above and below">
          <Lines>
            {around.slice(0, linesAtMost).map((lock) => (
              <Line key={lock.fence} lamp="hold">
                <Name kind="agent" id={lock.agent} /> holds <Name kind="resource" id={lock.resource} /> for <Since sinceMs={lock.grantedMs} />
              </Line>
            ))}
          </Lines>
          {around.length > linesAtMost ? <p className={classes.calm}>and {around.length - linesAtMost} more</p> : null}
        </Section>
      ) : null}
      {intents.length > 0 ? (
        <Section heading="Announced">
          <Lines>
            {intents.slice(0, linesAtMost).map((intent) => (
              <Line key={intent.intent} lamp="intend">
                <Name kind="agent" id={intent.agent} /> <Until untilMs={intent.startMs} />: <Name kind="intent" id={intent.intent} label={intent.reason} />
              </Line>
            ))}
          </Lines>
        </Section>
      ) : null}
      {lasting !== undefined && held.length === 1 ? <IfReleased resource={resource} lock={lasting} /> : null}
      <UsageSection resource={resource} />
      <Section heading="How it is coordinated">
        <p className={classes.calm}>
          {settingsInWords(settings)}.{freeze === undefined ? "" : ` Frozen by ${freeze.by}: ${freeze.reason}`}
        </p>
        {rule === undefined ? null : <p className={classes.calm}>{`Rule by ${rule.by}: ${rule.reason}`}</p>}
      </Section>
      <ResourceActs state={state} resource={resource} frozen={freeze !== undefined} urgent={needs.some(({ fence }) => fence !== undefined)} />
    </>
  );
}

function HolderSigns({ state, lock }: { state: State; lock: Lock }) {
  const now = useNow(1_000);
  const renewedMs = useRenewed(lock.session);
  const session = state.sessions.get(lock.session);
  if (session === undefined) return null;
  const { signals, veto } = livenessOf(state, session, now, { renewedMs, usualHold: usualHold(lock.resource) }, lock);
  return (
    <Section heading={`Signs of life of ${lock.agent}`}>
      <Signals signals={signals} veto={veto} />
    </Section>
  );
}

function IfReleased({ resource, lock }: { resource: string; lock: Lock }) {
  const { effect, error } = usePreview({ type: "lock.forceRelease", resource: lock.resource, fence: lock.fence, reason: "preview" }, resource);
  if (effect === undefined && error === undefined) return null;
  return (
    <Section heading="If you release it">
      {effect === undefined ? null : <EffectList effect={effect} here={resource} />}
      {error === undefined ? null : <p className={classes.calm}>{error.message}</p>}
    </Section>
  );
}

function ResourceActs({ state, resource, frozen, urgent }: { state: State; resource: string; frozen: boolean; urgent: boolean }) {
  const [editing, setEditing] = useState(false);
  const locks = releasable(state, { kind: "resource", id: resource });
  return (
    <Acts>
      {locks.length > 0 ? (
        <Button
          size="xs"
          variant="default"
          className={urgent ? classes.release : undefined}
          onClick={() => openAct({ type: "lock.forceRelease", locks })}
          aria-keyshortcuts="R"
        >
          Release…
        </Button>
      ) : null}
      <Button size="xs" variant="default" onClick={() => openAct({ type: frozen ? "resource.thaw" : "resource.freeze", resource })}>
        {frozen ? "Thaw…" : "Freeze…"}
      </Button>
      <Button size="xs" variant="default" onClick={() => setEditing(true)}>
        Rule…
      </Button>
      {editing ? <RuleForm rule={state.rules.findLast(({ pattern }) => pattern === resource)} pattern={resource} close={() => setEditing(false)} /> : null}
    </Acts>
  );
}
