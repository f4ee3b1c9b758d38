import { type ReactNode, useState } from "react";
import type { Lock } from "../../../shared/model/index.ts";
import type { State } from "../../../shared/state/index.ts";
import { ActButton } from "../../components/ActButton.tsx";
import { Since, Until } from "../../components/Clock.tsx";
import { Name } from "../../components/Names.tsx";
import type { Act } from "../../connection/port.ts";
import { ringOf } from "../../projections/deadlock-words.ts";
import type { ChainRoot } from "../../projections/wait-chain.ts";
import { openAct } from "../acts/act-store.ts";
import { EffectList } from "../acts/EffectList.tsx";
import { usePreview } from "../acts/use-preview.ts";
import inspector from "../inspector/Inspector.module.css";
import classes from "./Waiting.module.css";

/** One root of a chain: what it is, what an operator can do there, and what that would do. */
export function RootWords({ root, state }: { root: ChainRoot; state: State }) {
  switch (root.kind) {
    case "holder":
      return <Holder root={root} />;
    case "busy":
      return (
        <Root>
          <Name kind="agent" id={root.agent} /> waits for nothing: it has only to do it. Nobody can do that in its place.
        </Root>
      );
    case "cooling":
      return (
        <Root>
          <Name kind="resource" id={root.resource} /> is in its lock-delay: free <Until untilMs={root.untilMs} />, by itself.
        </Root>
      );
    case "frozen":
      return (
        <Root
          act="Thaw…"
          open={() => openAct({ type: "resource.thaw", resource: root.resource })}
          preview={{ type: "resource.thaw", resource: root.resource, reason: "preview" }}
        >
          <Name kind="resource" id={root.resource} /> is frozen by {root.by}: {root.reason}
        </Root>
      );
    case "outside":
      return (
        <Root>
          <Name kind="agent" id={root.agent} /> waits <Since sinceMs={root.declared.sinceMs} words /> for {outsideWords[root.declared.kind]}:{" "}
          {root.declared.what}. {absent(root.declared.on, state)}
        </Root>
      );
    case "deadlock":
      return (
        <Root>
          It never ends by itself: <Name kind="deadlock" id={root.found.deadlock} label={`deadlock of ${ringOf(root.found).join(", ")}`} />. There one sees who
          could give way.
        </Root>
      );
  }
}

const outsideWords = { session: "somebody to come back", message: "word from outside", task: "a task outside", approval: "somebody's approval" } as const;

function absent(on: readonly string[], state: State): string {
  const gone = on.filter((agent) => !state.agents.has(agent));
  return gone.length === 0
    ? "No lock stands before it: only they can free it."
    : `Not here: ${gone.slice(0, 4).join(", ")}. It goes on when they come and act.`;
}

function Holder({ root }: { root: Extract<ChainRoot, { kind: "holder" }> }) {
  const lock = root.locks[0] as Lock;
  return (
    <Root
      act={`Release ${root.locks.length > 1 ? "one of them" : lock.resource}…`}
      open={() => openAct({ type: "lock.forceRelease", locks: root.locks })}
      preview={{ type: "lock.forceRelease", resource: lock.resource, fence: lock.fence, reason: "preview" }}
      here={lock.resource}
    >
      <Name kind="agent" id={root.agent} /> holds <Name kind="resource" id={lock.resource} /> for <Since sinceMs={lock.grantedMs} words />
      {root.connected ? " and waits for nothing: it goes on when it gives it back." : " and is not connected: it goes on when its lease ends."}
    </Root>
  );
}

interface RootProps {
  readonly children: ReactNode;
  readonly act?: string;
  readonly preview?: Act;
  /** Called "it" in the preview. */
  readonly here?: string;
  open?(): void;
}

function Root({ children, act, preview, here, open }: RootProps) {
  const [shown, setShown] = useState(false);
  return (
    <div className={classes.root}>
      <p>{children}</p>
      {act === undefined || open === undefined || preview === undefined ? null : (
        <>
          <div className={classes.acts}>
            <ActButton size="compact-xs" variant="default" onClick={open}>
              {act}
            </ActButton>
            <ActButton size="compact-xs" variant="subtle" color="gray" aria-expanded={shown} onClick={() => setShown(!shown)}>
              What it would do
            </ActButton>
          </div>
          {shown ? <Preview act={preview} {...(here === undefined ? {} : { here })} /> : null}
        </>
      )}
    </div>
  );
}

function Preview({ act, here }: { act: Act; here?: string }) {
  const { effect, error } = usePreview(act, JSON.stringify(act));
  if (error !== undefined) return <p className={inspector.calm}>{error.message}</p>;
  return effect === undefined ? null : <EffectList effect={effect} {...(here === undefined ? {} : { here })} />;
}
