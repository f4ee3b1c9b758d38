import { TagsInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { limits, type Recording } from "../../../shared/model/index.ts";
import { livePort } from "../../connection/port.ts";
import { AskForm } from "./AskForm.tsx";
import classes from "./Traces.module.css";

interface FormProps {
  readonly recording: Recording;
  close(): void;
}

export function ChangeForm({ recording, close }: FormProps) {
  const [name, setName] = useState(recording.name);
  const [tags, setTags] = useState<string[]>([...recording.tags]);
  const ask = (reason: string) => livePort().act({ type: "recording.change", recording: recording.recording, name: name.trim(), tags, reason });
  return (
    <AskForm title={`Name and tags of ${recording.name}`} confirm="Change it" ready={name.trim() !== ""} ask={ask} close={close}>
      <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} maxLength={120} data-autofocus />
      <TagsInput label="Tags" value={tags} onChange={setTags} maxTags={limits.tagsPerRecording} />
    </AskForm>
  );
}

export function DeleteForm({ recording, close }: FormProps) {
  const ask = (reason: string) => livePort().act({ type: "recording.delete", recording: recording.recording, reason });
  return (
    <AskForm title={`Delete ${recording.name}`} confirm="Delete it" ready ask={ask} close={close}>
      <p className={classes.words}>
        Its file is removed from the server for good{recording.pinned ? ", though it is pinned" : ""}. Copies that were downloaded stay where they are.
      </p>
    </AskForm>
  );
}
