import type { EdgeKind } from "../../../shared/model/index.ts";
import { formatDuration } from "../../app/format.ts";
import { Since } from "../../components/Clock.tsx";
import { Name } from "../../components/Names.tsx";

interface LinkWordsProps {
  readonly agent: string;
  readonly kind: EdgeKind;
  /** Of a declared wait, what the agent said. */
  readonly resource: string;
  readonly sinceMs: number;
  /** Whom it waits for. */
  readonly on: readonly string[];
  /** Of one that is over. */
  readonly untilMs?: number;
}

/** One step of waiting: who waits for what, since when, and who has to let go of it. */
export function LinkWords({ agent, kind, resource, sinceMs, on, untilMs }: LinkWordsProps) {
  const over = untilMs !== undefined;
  const who = (
    <>
      <Name kind="agent" id={agent} /> {over ? "waited " : "waits "}
      {over ? formatDuration(untilMs - sinceMs) : <Since sinceMs={sinceMs} words />}
    </>
  );
  const what = <Name kind="resource" id={resource} />;
  const others = <Agents list={on} />;
  const hold = over ? "held" : on.length > 1 ? "hold" : "holds";
  switch (kind) {
    case "lock":
      return (
        <>
          {who} for {what}, which {others} {hold}
        </>
      );
    case "semaphore":
      return (
        <>
          {who} for units of {what}; {others} {hold} or {over ? "came" : on.length > 1 ? "come" : "comes"} first to them
        </>
      );
    case "queue":
      return (
        <>
          {who} for {what}, behind {others} in its queue
        </>
      );
    default:
      return (
        <>
          {who} for {others} {declaredWords[kind]}: {resource}
        </>
      );
  }
}

const declaredWords = { session: "to come back", message: "to send word", task: "to finish a task", approval: "to approve" } as const;

function Agents({ list }: { list: readonly string[] }) {
  const shown = list.slice(0, 4);
  return (
    <>
      {shown.map((agent, index) => (
        <span key={agent}>
          {index === 0 ? "" : index === list.length - 1 ? " and " : ", "}
          <Name kind="agent" id={agent} />
        </span>
      ))}
      {list.length > shown.length ? ` and ${list.length - shown.length} more` : ""}
    </>
  );
}
