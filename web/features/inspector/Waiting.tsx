import { blockersOfWait } from "../../../shared/analysis/blockers.ts";
import type { Blocker, Lock, Wait } from "../../../shared/model/index.ts";
import type { State } from "../../../shared/state/index.ts";
import { plural } from "../../app/format.ts";
import { Since, Until } from "../../components/Clock.tsx";
import { Name } from "../../components/Names.tsx";
import { WhyWaiting } from "../waiting/WhyWaiting.tsx";
import { BlockerWords, Line, Lines, Section } from "./parts.tsx";

const linesAtMost = 8;

/** The queue in its order, each with what stands before it, down to the root holders and what they wait for in turn. */
export function Waiting({ state, resource, waits, held }: { state: State; resource: string; waits: Wait[]; held: Lock[] }) {
  const shown = waits.slice(0, linesAtMost);
  const stuck = held.find(({ session }) => isWaiting(state, session));
  return (
    <>
      <Section heading="Why are they waiting?">
        <Lines>
          {shown.map((wait) => {
            const blockers = blockersOfWait(state, wait);
            const before = blockers.findLast(({ kind }) => kind === "queue") ?? blockers[0];
            return (
              <Line key={wait.request} lamp="wait">
                <Name kind="agent" id={wait.agent} /> waits <Since sinceMs={wait.queuedMs} words /> for{" "}
                {wait.wants.map((want) => (want.resource === resource ? "it" : want.resource)).join(" and ")}
                <Before blocker={before} resource={resource} />
                {wait.deadlineMs === undefined ? null : (
                  <>
                    ; gives up <Until untilMs={wait.deadlineMs} />
                  </>
                )}
              </Line>
            );
          })}
          {waits.length > shown.length ? <Line lamp="wait">and {plural(waits.length - shown.length, "more", "more")} behind them</Line> : null}
          {held.slice(0, 4).map((lock) => (
            <Line key={lock.fence} lamp="alert">
              <Name kind="agent" id={lock.agent} /> holds {lock.resource === resource ? "it" : <Name kind="resource" id={lock.resource} />}, fence {lock.fence},
              and <HolderWaits state={state} lock={lock} />
            </Line>
          ))}
        </Lines>
      </Section>
      {stuck === undefined ? null : <WhyWaiting state={state} session={stuck.session} heading={`What ${stuck.agent} waits for`} />}
    </>
  );
}

function isWaiting(state: State, session: string): boolean {
  const has = state.bySession.get(session);
  return has !== undefined && has.waits.size + has.declared.size > 0;
}

/** What stands right before a wait, as the end of its sentence. */
function Before({ blocker, resource }: { blocker: Blocker | undefined; resource: string }) {
  if (blocker === undefined) return <>, and is next</>;
  if (blocker.kind === "queue")
    return (
      <>
        , behind <Name kind="agent" id={blocker.agent} />
      </>
    );
  if (blocker.kind === "holder" && blocker.resource === resource)
    return (
      <>
        , which <Name kind="agent" id={blocker.agent} /> holds
      </>
    );
  return (
    <>
      : <BlockerWords blocker={blocker} />
    </>
  );
}

function HolderWaits({ state, lock }: { state: State; lock: Lock }) {
  const [request] = state.bySession.get(lock.session)?.waits ?? [];
  const wait = request === undefined ? undefined : state.waits.get(request);
  const blocker = wait === undefined ? undefined : blockersOfWait(state, wait, 1)[0];
  if (wait === undefined) return <>waits for nothing: it must give it back, lose it, or its lease must end</>;
  return (
    <>
      itself waits for <Name kind="resource" id={wait.wants[0]?.resource ?? ""} />
      {blocker === undefined ? null : (
        <>
          , where <BlockerWords blocker={blocker} />
        </>
      )}
    </>
  );
}
