import { Button, Group, Menu, TextInput } from "@mantine/core";
import { IconPin } from "@tabler/icons-react";
import { useState } from "react";
import type { Recordings as Listed, RecordingEntry } from "../../../shared/protocol/index.ts";
import { formatCount, formatDuration, formatTime } from "../../app/format.ts";
import { livePort } from "../../connection/port.ts";
import { nowMs } from "../../stores/clock.ts";
import { useCursor } from "../../stores/cursor.ts";
import { useWorld } from "../../stores/world.ts";
import { downloadRecording, openRecording } from "./open-file.ts";
import { RecordForm } from "./RecordForm.tsx";
import { ChangeForm, DeleteForm } from "./RecordingForms.tsx";
import { anomalyWords, sizeText, whyWords } from "./recording-words.ts";
import classes from "./Traces.module.css";
import { noSearch, type RecordingSearch } from "./use-recordings.ts";

interface RecordingsProps {
  readonly listed: Listed | null;
  readonly search: RecordingSearch;
  /** Whether `listed` is what the search found; it is what was there before while the server does not answer. */
  readonly answered: boolean;
  setSearch(search: RecordingSearch): void;
}

/** The recordings of the space, found by what is in them. */
export function Recordings({ listed, search, answered, setSearch }: RecordingsProps) {
  const operator = useWorld((world) => world.actor?.role === "operator");
  const [recording, setRecording] = useState(false);
  const asks = search !== noSearch && Object.values(search).some((word) => word !== "");
  const field = (name: keyof RecordingSearch, label: string, placeholder: string, type = "text") => (
    <TextInput
      size="xs"
      type={type}
      label={label}
      placeholder={placeholder}
      value={search[name]}
      onChange={(event) => setSearch({ ...search, [name]: event.currentTarget.value })}
    />
  );
  return (
    <section className={classes.part} aria-label="Recordings">
      <div className={classes.heading}>
        <h3>Recordings</h3>
        {operator && listed?.kept === true ? (
          <Button size="compact-xs" variant="default" onClick={() => setRecording(true)}>
            Record…
          </Button>
        ) : null}
      </div>
      {listed?.kept === false ? <p className={classes.words}>This space keeps no recordings: the server runs in memory only.</p> : null}
      {listed?.kept === true ? (
        <div className={classes.search}>
          {field("text", "Name or tag", "night")}
          {field("agent", "Agent", "w3")}
          {field("resource", "Resource", "repo/src")}
          {field("event", "Event", "lock.queued")}
          {field("anomaly", "What went wrong", "deadlock")}
          {field("since", "After", "", "datetime-local")}
          {field("until", "Before", "", "datetime-local")}
        </div>
      ) : null}
      {listed?.kept === true && listed.recordings.length === 0 && answered ? (
        <p className={classes.words}>
          {asks
            ? "No recording is like that."
            : "None yet. One begins by itself around every deadlock, livelock and expelled agent, with the minutes before it; or press Record."}
        </p>
      ) : null}
      {listed === null || listed.recordings.length === 0 ? null : <List entries={listed.recordings} operator={operator} />}
      {recording ? <RecordForm close={() => setRecording(false)} /> : null}
    </section>
  );
}

function List({ entries, operator }: { entries: readonly RecordingEntry[]; operator: boolean }) {
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Recording</th>
            <th scope="col">When</th>
            <th scope="col">Events</th>
            <th scope="col">Went wrong</th>
            <th scope="col">Rules</th>
            <th scope="col">
              <span className="sb-hidden">What to do with it</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <Row key={entry.recording.recording} entry={entry} operator={operator} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ entry, operator }: { entry: RecordingEntry; operator: boolean }) {
  const { recording, file, sinceMs, untilMs, events, bytes } = entry;
  const space = useWorld((world) => world.space);
  const open = useCursor(({ trace }) => trace?.kind === "recording" && trace.name === recording.recording);
  return (
    <tr data-open={open || undefined}>
      <th scope="row">
        {file === "ready" ? (
          <button type="button" className={classes.open} onClick={() => openRecording(space, recording.recording)} aria-current={open || undefined}>
            {recording.name}
          </button>
        ) : (
          recording.name
        )}
        {recording.pinned ? <IconPin size={12} className={classes.pin} aria-label="pinned" /> : null}
        <span className={classes.why}>{[whyWords(recording), ...recording.tags.map((tag) => `#${tag}`)].join(" · ")}</span>
      </th>
      <td>
        {sinceMs === undefined || untilMs === undefined ? <State entry={entry} /> : `${formatTime(sinceMs, nowMs())}, ${formatDuration(untilMs - sinceMs)}`}
      </td>
      <td>
        {events === undefined ? "" : formatCount(events)}
        <span className={classes.why}>{bytes === undefined ? "" : sizeText(bytes)}</span>
      </td>
      <td>{anomalyWords(entry.anomalies)}</td>
      <td data-some={(entry.broken?.length ?? 0) > 0 || entry.verified === false || undefined}>
        {entry.verified === undefined ? "" : (entry.broken?.length ?? 0) > 0 ? `broken: ${entry.broken?.join(", ")}` : "held"}
      </td>
      <td>{file === "ready" || operator ? <Actions entry={entry} space={space} operator={operator} /> : null}</td>
    </tr>
  );
}

function State({ entry }: { entry: RecordingEntry }) {
  if (entry.file === "failed") return <span className={classes.bad}>not written: {entry.problem}</span>;
  return <span className={classes.dim}>{entry.file === "recording" ? "goes on" : "is being written"}</span>;
}

function Actions({ entry, space, operator }: { entry: RecordingEntry; space: string; operator: boolean }) {
  const { recording } = entry;
  const [form, setForm] = useState<"change" | "delete" | null>(null);
  const pin = () =>
    livePort().act({
      type: "recording.change",
      recording: recording.recording,
      pinned: !recording.pinned,
      reason: recording.pinned ? "need not be kept" : "to be kept",
    });
  const end = () => livePort().act({ type: "recording.end", recording: recording.recording, reason: "seen enough" });
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button size="compact-xs" variant="default" aria-label={`More about ${recording.name}`}>
            …
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {entry.file === "ready" ? <Menu.Item onClick={() => void downloadRecording(space, recording.recording)}>Download</Menu.Item> : null}
          {operator && entry.file === "recording" ? <Menu.Item onClick={() => void end()}>End it now</Menu.Item> : null}
          {operator ? <Menu.Item onClick={() => void pin()}>{recording.pinned ? "Unpin" : "Pin: keep it for good"}</Menu.Item> : null}
          {operator ? <Menu.Item onClick={() => setForm("change")}>Name and tags…</Menu.Item> : null}
          {operator ? <Menu.Item onClick={() => setForm("delete")}>Delete…</Menu.Item> : null}
        </Menu.Dropdown>
      </Menu>
      {form === "change" ? <ChangeForm recording={recording} close={() => setForm(null)} /> : null}
      {form === "delete" ? <DeleteForm recording={recording} close={() => setForm(null)} /> : null}
    </Group>
  );
}
