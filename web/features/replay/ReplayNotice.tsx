import { Button, FileButton, Progress } from "@mantine/core";
import { replay } from "../../replay/replay.ts";
import { useCursor } from "../../stores/cursor.ts";
import classes from "./Scrubber.module.css";

/** How far a trace is read, what is wrong with it, or which file a link is about. Silent when all is there. */
export function ReplayNotice() {
  const trace = useCursor((cursor) => cursor.trace);
  const head = useCursor((cursor) => cursor.head);
  const problem = useCursor((cursor) => cursor.problem);
  const reading = useCursor((cursor) => cursor.reading);
  const position = useCursor((cursor) => cursor.wanted);
  const whatIf = head?.whatIf;
  if (trace === null) return null;
  if (problem !== null)
    return (
      <div className={classes.notice} data-problem role="alert">
        <p>{trace.kind === "space" ? "The past of this space could not be read." : `${trace.name} could not be read.`}</p>
        <p>
          {problem.message}
          {problem.line === undefined || problem.message.includes(`ine ${problem.line}`) ? "" : ` (line ${problem.line})`}
        </p>
        <OpenFile label="Open another file…" />
        <Back />
      </div>
    );
  if (trace.kind === "file" && head === null && reading.done)
    return (
      <div className={classes.notice} role="status">
        <p>This link shows a moment of the file {trace.name}.</p>
        <p>It lies on the computer of whoever made the link: open your copy of it.</p>
        <OpenFile label={`Open ${trace.name}…`} at={position ?? undefined} />
        <Back />
      </div>
    );
  if (!reading.done && (reading.share ?? 0) < 1)
    return (
      <div className={classes.notice} role="status">
        <p>Reading {trace.kind === "space" ? "what happened before" : trace.name}…</p>
        <Progress
          className={classes.bar}
          value={(reading.share ?? 0) * 100}
          color="var(--sb-intend)"
          transitionDuration={0}
          aria-label="How much of the trace is read"
        />
        <span>{reading.share === null ? "" : `${Math.floor(reading.share * 100)} %`}</span>
        <Button size="compact-xs" variant="default" onClick={() => replay.stopReading()}>
          Stop here
        </Button>
      </div>
    );
  if (whatIf !== undefined)
    return (
      <div className={classes.notice} role="status">
        <p>What if: {whatIf.change}</p>
        <p>
          This never happened: it is a simulation from event {whatIf.of.at} of {whatIf.of.space} on.
        </p>
      </div>
    );
  return null;
}

function OpenFile({ label, at }: { label: string; at?: number | undefined }) {
  return (
    <FileButton onChange={(file) => file !== null && replay.open({ kind: "file", file, name: file.name, ...(at === undefined ? {} : { at }) })}>
      {(props) => (
        <Button {...props} size="compact-xs" variant="default">
          {label}
        </Button>
      )}
    </FileButton>
  );
}

function Back() {
  return (
    <Button size="compact-xs" variant="default" onClick={() => replay.leave()}>
      Back to live
    </Button>
  );
}
