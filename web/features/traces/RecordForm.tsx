import { NumberInput, SegmentedControl, Stack, TagsInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { limits } from "../../../shared/model/index.ts";
import { livePort } from "../../connection/port.ts";
import { nowMs } from "../../stores/clock.ts";
import { cursorStore } from "../../stores/cursor.ts";
import { liveStore } from "../../stores/world.ts";
import { AskForm } from "./AskForm.tsx";

/** Keeps a span: the last minutes, the time from now on, or between the marks A and B of the space's past. */
export function RecordForm({ close }: { close: () => void }) {
  const { a, b, trace } = cursorStore.getState();
  const marked = trace?.kind === "space" && a !== null && b !== null;
  const [name, setName] = useState("");
  const [span, setSpan] = useState<string>(marked ? "marks" : "past");
  const [minutes, setMinutes] = useState<number | string>(5);
  const [tags, setTags] = useState<string[]>([]);

  const ask = async (reason: string) => {
    const to = liveStore.getState().state?.position ?? 0;
    const lengthMs = Number(minutes) * 60_000;
    const common = { type: "recording.begin", name, tags, reason } as const;
    if (span === "marks" && a !== null && b !== null) return livePort().act({ ...common, from: Math.max(1, Math.min(a, b)), to: Math.max(a, b) });
    if (span === "next") return livePort().act({ ...common, from: to + 1, lastsMs: lengthMs });
    return livePort().act({ ...common, from: await positionBefore(lengthMs, to), to });
  };

  return (
    <AskForm title="Record" confirm="Record it" ready={name.trim() !== ""} ask={ask} close={close}>
      <Stack gap="sm">
        <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} maxLength={120} required data-autofocus />
        <SegmentedControl
          aria-label="What to record"
          value={span}
          onChange={setSpan}
          data={[
            { value: "past", label: "The last minutes" },
            { value: "next", label: "From now on" },
            ...(marked ? [{ value: "marks", label: "From A to B" }] : []),
          ]}
        />
        {span === "marks" ? null : (
          <NumberInput label="Minutes" min={1} max={limits.recordingMs / 60_000} allowDecimal={false} value={minutes} onChange={setMinutes} />
        )}
        <TagsInput label="Tags" value={tags} onChange={setTags} maxTags={limits.tagsPerRecording} />
      </Stack>
    </AskForm>
  );
}

const pageEvents = 5_000;

/** Position of the first event of the last so many milliseconds, read back page by page as far as need be. */
async function positionBefore(lengthMs: number, last: number): Promise<number> {
  const sinceMs = nowMs() - lengthMs;
  for (let to = last; to > 0; ) {
    const answer = await livePort().history({ newest: true, to, limit: pageEvents });
    if (!answer.ok || answer.events.length === 0) return to + 1;
    const events = [...answer.events].sort((left, right) => left.position - right.position);
    const first = events.find(({ atMs }) => atMs >= sinceMs);
    if (first === undefined) return to + 1;
    if (first !== events[0] || !answer.more) return first.position;
    to = first.position - 1;
  }
  return 1;
}
