import type { CycleStep } from "../../../shared/model/index.ts";
import { formatDuration } from "../../app/format.ts";
import { Since } from "../../components/Clock.tsx";
import { Name } from "../../components/Names.tsx";

/** One step of a cycle: who waits for what, since when, and who has to let go of it. `untilMs`: of one that is over. */
export function StepWords({ step, untilMs }: { step: CycleStep; untilMs?: number }) {
  const agent = <Name kind="agent" id={step.agent} />;
  const on = <Name kind="agent" id={step.onAgent} />;
  const how = (
    <>
      {untilMs === undefined ? "waits " : "waited "}
      {untilMs === undefined ? <Since sinceMs={step.sinceMs} words /> : formatDuration(untilMs - step.sinceMs)}
    </>
  );
  const what = <Name kind="resource" id={step.resource} />;
  const holds = untilMs === undefined ? "holds" : "held";
  switch (step.kind) {
    case "lock":
      return (
        <>
          {agent} {how} for {what}, which {on} {holds}
        </>
      );
    case "semaphore":
      return (
        <>
          {agent} {how} for units of {what}; {on} {holds} some of them
        </>
      );
    case "queue":
      return (
        <>
          {agent} {how} for {what}, behind {on} in its queue
        </>
      );
    default:
      return (
        <>
          {agent} {how} for {on} {declaredWords[step.kind]}: {step.resource}
        </>
      );
  }
}

const declaredWords = { session: "to come back", message: "to send word", task: "to finish a task", approval: "to approve" } as const;
