import { Button, Group, Modal, Stack, Textarea } from "@mantine/core";
import { useState } from "react";
import { useStore } from "zustand";
import { formatCount } from "../../app/format.ts";
import { replay } from "../../replay/replay.ts";
import { cursorStore } from "../../stores/cursor.ts";
import { noteStore } from "./replay-acts.ts";

const longestNote = 2_000;
const close = () => noteStore.setState({ at: null });

/** A bookmark with words. It stays with the trace, and goes along when the trace is saved. */
export function NoteDialog() {
  const at = useStore(noteStore, (store) => store.at);
  return (
    <Modal
      opened={at !== null}
      onClose={close}
      title={`Note at event ${formatCount(at ?? 0)}`}
      size={440}
      closeButtonProps={{ "aria-label": "Close without a change" }}
    >
      {at === null ? null : <NoteForm key={at} at={at} />}
    </Modal>
  );
}

function NoteForm({ at }: { at: number }) {
  const before = cursorStore.getState().notes.find((note) => note.at === at)?.text ?? "";
  const [text, setText] = useState(before);
  const keep = (written: string) => {
    replay.note(at, written.trim());
    close();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        keep(text);
      }}
    >
      <Stack gap="md">
        <Textarea
          label="What is to be seen here"
          autosize
          minRows={2}
          maxLength={longestNote}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          data-autofocus
        />
        <Group justify="flex-end" gap="sm">
          {before === "" ? null : (
            <Button variant="default" onClick={() => keep("")}>
              Take it away
            </Button>
          )}
          <Button type="submit" variant="default" disabled={text.trim() === ""}>
            Keep it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
