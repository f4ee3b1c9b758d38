import { useEffect, useState } from "react";
import { formatCount } from "../../app/format.ts";
import { Fact, Facts } from "../../components/Facts.tsx";
import type { Changes } from "../../projections/changes-between.ts";
import { replay } from "../../replay/replay.ts";
import { cursorStore, useCursor } from "../../stores/cursor.ts";
import { Section } from "../inspector/parts.tsx";
import { ChangeList } from "./ChangeList.tsx";
import classes from "./ReplayPanel.module.css";
import { noteStore } from "./replay-acts.ts";
import { momentText } from "./replay-words.ts";

/** What one has marked in the trace: what changed between A and B, and notes. */
export function ReplayPanel() {
  const trace = useCursor((cursor) => cursor.trace);
  const [a, b] = [useCursor((cursor) => cursor.a), useCursor((cursor) => cursor.b)];
  if (trace === null) return null;
  return (
    <>
      {a === null && b === null ? null : <Between a={a} b={b} />}
      <Notes />
    </>
  );
}

function Between({ a, b }: { a: number | null; b: number | null }) {
  const [changes, setChanges] = useState<Changes | null>(null);
  const read = useCursor(({ index }) => index.to >= Math.max(a ?? 0, b ?? 0));
  useEffect(() => {
    setChanges(null);
    if (a === null || b === null || !read) return;
    let over = false;
    replay
      .changes(Math.min(a, b), Math.max(a, b))
      ?.then((found) => !over && setChanges(found))
      .catch(() => undefined);
    return () => {
      over = true;
    };
  }, [a, b, read]);
  return (
    <Section heading="What changed between A and B">
      <p className={classes.marks}>
        <Mark name="A" at={a} /> <Mark name="B" at={b} />
        <button type="button" className={classes.link} onClick={() => replay.set({ a: null, b: null })}>
          take both away
        </button>
      </p>
      {changes === null ? null : <ChangeList changes={changes} />}
    </Section>
  );
}

function Mark({ name, at }: { name: "A" | "B"; at: number | null }) {
  const index = useCursor((cursor) => cursor.index);
  if (at === null) return <span className={classes.dim}>{name} is not set</span>;
  return (
    <button type="button" className={classes.link} onClick={() => replay.seek(at)}>
      {name}: {momentText(index.timeAt(at))}, event {formatCount(at)}
    </button>
  );
}

function Notes() {
  const notes = useCursor((cursor) => cursor.notes);
  const index = useCursor((cursor) => cursor.index);
  if (notes.length === 0) return null;
  return (
    <Section heading="Notes">
      <ul className={classes.notes}>
        {notes.map((note) => (
          <li key={note.at}>
            <button type="button" className={classes.link} onClick={() => replay.seek(note.at)}>
              {momentText(index.timeAt(note.at))}
            </button>{" "}
            {note.text}{" "}
            <button type="button" className={classes.link} onClick={() => noteStore.setState({ at: note.at })} aria-label={`Change the note: ${note.text}`}>
              change
            </button>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** What is known of the trace as a whole. */
export function AboutTrace() {
  const head = useCursor((cursor) => cursor.head);
  const indexed = useCursor((cursor) => cursor.indexed);
  const index = useCursor((cursor) => cursor.index);
  const follow = useCursor((cursor) => cursor.follow);
  const partly = useCursor(({ trace, reading, index }) => trace?.kind === "space" && reading.done && index.from > 1);
  if (indexed === 0 || index.to < index.from) return null;
  return (
    <Section heading="This trace">
      <Facts>
        {head === null || head.format === "space" ? null : <Fact label="name" value={head.name} />}
        {head === null ? null : <Fact label="space" value={head.space} />}
        <Fact label="events" value={`${formatCount(index.from)} to ${formatCount(index.to)}`} />
        <Fact label="from" value={momentText(index.sinceMs)} />
        <Fact label="to" value={momentText(index.untilMs)} />
        {follow === null ? null : <Fact label="followed" value={follow} />}
      </Facts>
      {partly ? (
        <button type="button" className={classes.link} onClick={() => replay.openSpace(cursorStore.getState().position, true)}>
          Read all that came before, too
        </button>
      ) : null}
    </Section>
  );
}
