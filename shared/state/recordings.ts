import type { Event, Recording } from "../model/index.ts";
import type { State } from "./state.ts";

type RecordingEvent = Extract<Event, { type: `recording.${string}` }>;

/** What a space knows of its recordings; the files are kept by the server. */
export function evolveRecordings(state: State, event: RecordingEvent): void {
  switch (event.type) {
    case "recording.begun":
      state.lastRecording += 1;
      return putRecording(state, event.recording);
    case "recording.extended":
      return change(state, event.recording, { endsMs: event.endsMs, about: event.about });
    case "recording.ended":
      return change(state, event.recording, { to: event.to });
    case "recording.changed": {
      const { name, tags, pinned } = event;
      return change(state, event.recording, {
        ...(name !== undefined && { name }),
        ...(tags !== undefined && { tags }),
        ...(pinned !== undefined && { pinned }),
      });
    }
    case "recording.deleted":
      state.recordings.delete(event.recording);
      state.timers.delete(timer(event.recording));
      return;
  }
}

/** Keeps a recording; one that goes on has a deadline. */
export function putRecording(state: State, recording: Recording): void {
  state.recordings.set(recording.recording, recording);
  if (recording.to === undefined) state.timers.set(timer(recording.recording), recording.endsMs);
  else state.timers.delete(timer(recording.recording));
}

function change(state: State, id: string, changed: Partial<Recording>): void {
  const recording = state.recordings.get(id);
  if (recording !== undefined) putRecording(state, { ...recording, ...changed });
}

const timer = (id: string): string => `recording:${id}`;
