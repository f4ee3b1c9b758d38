import { type Actor, type Cause, type CommandOf, type EventBody, limits, type OperatorCommand, type Recording, type SystemCommand } from "../model/index.ts";
import type { State } from "../state/index.ts";
import { type Decision, refuse } from "./decision.ts";

type Command<T extends OperatorCommand["type"]> = CommandOf<OperatorCommand, T>;
type ByOperator = CommandOf<OperatorCommand, `recording.${"begin" | "end" | "change" | "delete"}`>;
type BySystem = CommandOf<SystemCommand, `recording.${"begin" | "extend" | "forget"}`>;

/** An operator's act on recordings. What is in the files the server sees to, after these events are durable. */
export function operateRecordings(state: State, actor: Actor, command: ByOperator, nowMs: number, cause: Cause): Decision {
  if (command.type === "recording.begin") return begin(state, actor, command, nowMs, cause);
  const recording = state.recordings.get(command.recording);
  if (recording === undefined) return refuse("notFound", "There is no such recording.", { field: "recording" });
  const by = { actor, reason: command.reason, cause };
  const named = { recording: recording.recording };
  switch (command.type) {
    case "recording.end":
      if (recording.to !== undefined) return refuse("conflict", `${recording.name} has ended already.`, { field: "recording" });
      return { events: [{ type: "recording.ended", ...named, to: state.position, why: "stopped", ...by }] };
    case "recording.change": {
      const { name, tags, pinned } = command;
      if (name === undefined && tags === undefined && pinned === undefined)
        return refuse("invalid", "Say what to change: name, tags or pinned.", { field: "recording" });
      const changed = { ...(name !== undefined && { name }), ...(tags !== undefined && { tags }), ...(pinned !== undefined && { pinned }) };
      return { events: [{ type: "recording.changed", ...named, ...changed, ...by }] };
    }
    case "recording.delete":
      return { events: [{ type: "recording.deleted", ...named, name: recording.name, why: "operator", because: "an operator deleted it", ...by }] };
  }
}

/** What the server itself does: records incidents, and gives up what is too old or too much. */
export function decideRecordings(state: State, command: BySystem, nowMs: number): Decision {
  switch (command.type) {
    case "recording.begin": {
      if (state.recordings.size >= limits.recordings) return refuse("limit", `At most ${limits.recordings} recordings are kept.`);
      const { name, from, lastsMs, why, about } = command;
      const recording = {
        ...next(state, nowMs),
        name,
        from: Math.min(from, state.position + 1),
        endsMs: nowMs + lastsMs,
        why,
        about,
        by: "signalbox",
        tags: [],
      };
      return { events: [{ type: "recording.begun", recording }] };
    }
    case "recording.extend": {
      const recording = state.recordings.get(command.recording);
      if (recording === undefined || recording.to !== undefined) return { result: { status: "done" } };
      const endsMs = Math.min(Math.max(recording.endsMs, nowMs + command.lastsMs), recording.begunMs + limits.recordingMs);
      const about = [...new Set([...recording.about, ...command.about])].slice(0, limits.findingSubjects);
      if (endsMs === recording.endsMs && about.length === recording.about.length) return { result: { status: "done" } };
      return { events: [{ type: "recording.extended", recording: recording.recording, endsMs, about }] };
    }
    case "recording.forget": {
      const recording = state.recordings.get(command.recording);
      // Pinned since it was chosen: it stays.
      if (recording === undefined || recording.pinned || recording.to === undefined) return { result: { status: "done" } };
      return { events: [{ type: "recording.deleted", recording: recording.recording, name: recording.name, why: "retention", because: command.because }] };
    }
  }
}

/** A recording whose time has come. */
export function endRecording(state: State, id: string): EventBody[] {
  return [{ type: "recording.ended", recording: id, to: state.position, why: "over" }];
}

function begin(state: State, actor: Actor, command: Command<"recording.begin">, nowMs: number, cause: Cause): Decision {
  if (state.recordings.size >= limits.recordings) return refuse("limit", `At most ${limits.recordings} recordings are kept: delete some.`, { field: "name" });
  const { name, from, to, lastsMs, tags, reason } = command;
  if (from > state.position + 1)
    return refuse("invalid", `Nothing has happened at position ${from} yet; the last one is ${state.position}.`, { field: "from" });
  if (to !== undefined && (to < from || to > state.position))
    return refuse("invalid", `The last position must be from ${from} to ${state.position}, not ${to}.`, { field: "to" });
  const recording: Recording = {
    ...next(state, nowMs),
    name,
    from,
    endsMs: to === undefined ? nowMs + lastsMs : nowMs,
    why: "operator",
    about: [],
    by: actor.principal,
    tags,
    ...(to !== undefined && { to }),
  };
  return { events: [{ type: "recording.begun", recording, actor, reason, cause }] };
}

const next = (state: State, nowMs: number) => ({ recording: `r${state.lastRecording + 1}`, begunMs: nowMs, pinned: false });
