import { Alert, Button, Menu, Progress } from "@mantine/core";
import { useState } from "react";
import { useStore } from "zustand";
import { exportFormats } from "../../../shared/trace/export/index.ts";
import { formatCount } from "../../app/format.ts";
import { useCursor } from "../../stores/cursor.ts";
import { useWorld } from "../../stores/world.ts";
import { saveTrace } from "../replay/replay-acts.ts";
import { traceName } from "../replay/replay-words.ts";
import { CheckPanel } from "./CheckPanel.tsx";
import { ComparisonPanel } from "./ComparisonPanel.tsx";
import { ForkForm } from "./ForkForm.tsx";
import { Found } from "./Found.tsx";
import { chooseFile } from "./open-file.ts";
import { PolicyForm, PolicyTable } from "./Policies.tsx";
import { RedactForm } from "./RedactForm.tsx";
import classes from "./Traces.module.css";
import { checkTrace, compareWith, exportTrace, workStore } from "./work-store.ts";

/** The trace that is open: what it is, and what can be found out about it. */
export function TracePanel() {
  const { running, problem, check, policies, comparison } = useStore(workStore);
  const head = useCursor((cursor) => cursor.head);
  const trace = useCursor((cursor) => cursor.trace);
  const position = useCursor((cursor) => cursor.position);
  const read = useCursor(({ reading }) => reading.done);
  const space = useWorld((world) => world.space);
  const [form, setForm] = useState<"fork" | "policies" | "redact" | null>(null);
  if (head === null || trace === null) return null;
  const ours = head.format === "sbtrace";
  const busy = running !== null || !read;
  return (
    <section className={classes.part} aria-label="The open trace">
      <div className={classes.heading}>
        <h3>Open: {traceName({ trace, head }, space)}</h3>
        <span className={classes.dim}>{ours ? "" : head.format === "space" ? "the space's own history" : `read from ${head.format}`}</span>
      </div>
      {head.whatIf === undefined ? null : <WhatIf whatIf={head.whatIf} />}
      <div className={classes.buttons}>
        {ours ? (
          <Button size="xs" variant="default" disabled={busy} onClick={() => void checkTrace()}>
            Check every rule
          </Button>
        ) : null}
        {ours ? (
          <Button size="xs" variant="default" disabled={busy} onClick={() => setForm("fork")}>
            What if, from event {formatCount(position)}…
          </Button>
        ) : null}
        {ours ? (
          <Button size="xs" variant="default" disabled={busy} onClick={() => setForm("policies")}>
            Under every policy…
          </Button>
        ) : null}
        <Button size="xs" variant="default" disabled={busy} onClick={() => chooseFile((file) => void compareWith(file, file.name))}>
          Compare with…
        </Button>
        <Menu position="bottom-start" withinPortal>
          <Menu.Target>
            <Button size="xs" variant="default" disabled={busy}>
              Save as…
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => void saveTrace()}>
              Signalbox trace<span className={classes.why}>everything, with your notes</span>
            </Menu.Item>
            {ours ? (
              <Menu.Item onClick={() => setForm("redact")}>
                Redacted copy…<span className={classes.why}>without names, reasons or what agents say; it still verifies</span>
              </Menu.Item>
            ) : null}
            {Object.entries(exportFormats).map(([format, { label, about }]) => (
              <Menu.Item key={format} onClick={() => void exportTrace(format as keyof typeof exportFormats)}>
                {label}
                <span className={classes.why}>{about}</span>
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </div>
      {head.format === "space" ? (
        <p className={classes.words}>To check it, or to try another policy on it, record it first: a recording has the commands too.</p>
      ) : null}
      {running === null ? null : (
        <div className={classes.running} role="status">
          <span>{running.words}…</span>
          <Progress value={Number.isNaN(running.share) ? 100 : running.share * 100} animated={Number.isNaN(running.share)} aria-label={running.words} />
          <Button size="compact-xs" variant="default" onClick={() => running.giveUp()}>
            Give up
          </Button>
        </div>
      )}
      {problem === null ? null : (
        <Alert color="red" role="alert" mt="sm">
          {problem}
        </Alert>
      )}
      {ours || head.format === "space" ? null : <Found />}
      {check === null ? null : <CheckPanel check={check} />}
      {policies === null ? null : <PolicyTable {...policies} />}
      {comparison === null ? null : <ComparisonPanel comparison={comparison} />}
      {form === "fork" ? <ForkForm at={position} close={() => setForm(null)} /> : null}
      {form === "redact" ? <RedactForm close={() => setForm(null)} /> : null}
      {form === "policies" ? <PolicyForm at={position} close={() => setForm(null)} /> : null}
    </section>
  );
}

function WhatIf({ whatIf }: { whatIf: { of: { name: string; at: number }; change: string; keeps: readonly string[]; assumes: readonly string[] } }) {
  return (
    <div className={classes.whatIf}>
      <p>
        <b>What if {whatIf.change}?</b> This never happened. It goes on from event {formatCount(whatIf.of.at)} of {whatIf.of.name || "a recording"}.
      </p>
      <dl>
        <dt>It keeps</dt>
        <dd>{whatIf.keeps.join("; ")}.</dd>
        <dt>It assumes</dt>
        <dd>{whatIf.assumes.join("; ")}.</dd>
      </dl>
    </div>
  );
}
