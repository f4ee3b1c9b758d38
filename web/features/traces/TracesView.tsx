import { Alert, Button } from "@mantine/core";
import { useState } from "react";
import { plural } from "../../app/format.ts";
import { ViewHead } from "../../components/ViewHead.tsx";
import { useCursor } from "../../stores/cursor.ts";
import { chooseFile, openFile } from "./open-file.ts";
import { ReadAsForm } from "./ReadAsForm.tsx";
import { Recordings } from "./Recordings.tsx";
import { TracePanel } from "./TracePanel.tsx";
import classes from "./Traces.module.css";
import { useRecordings } from "./use-recordings.ts";

/** What was recorded, what somebody brings along, and what can be found out about the trace that is open. */
export default function TracesView() {
  const { listed, problem, search, setSearch } = useRecordings();
  const trace = useCursor((cursor) => cursor.trace);
  const found = listed?.recordings ?? [];
  const [readAs, setReadAs] = useState(false);
  return (
    <>
      <ViewHead title="Traces" counts={listed === null ? "" : plural(found.length, "recording")}>
        <Button size="xs" variant="default" onClick={() => chooseFile(openFile)}>
          Open a file…
        </Button>
        <Button size="xs" variant="default" onClick={() => setReadAs(true)}>
          Read a file as…
        </Button>
      </ViewHead>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by key. */}
      <section className={classes.view} tabIndex={0} aria-label="Traces and recordings">
        {trace === null ? null : <TracePanel />}
        {problem === null ? null : (
          <Alert color="gray" title="The recordings could not be listed" mb="md">
            {problem}
          </Alert>
        )}
        <Recordings listed={listed} search={search} answered={problem === null} setSearch={setSearch} />
        <section className={classes.part} aria-label="Files of other systems">
          <h3>Files</h3>
          <p className={classes.words}>
            Drop a file anywhere on this page, or open one: a trace of Signalbox (.sbtrace), OpenTelemetry or Jaeger JSON, Chrome trace events, a ShiViz log, a
            Jepsen or porcupine history, pg_locks, or a deadlock that PostgreSQL, InnoDB or a JVM reported. It is read in this browser and sent nowhere.
          </p>
        </section>
      </section>
      {readAs ? <ReadAsForm close={() => setReadAs(false)} /> : null}
    </>
  );
}
