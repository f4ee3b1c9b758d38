import type { Logger } from "pino";
import type { Event, Recording, SystemCommand } from "../../shared/model/index.ts";
import type { RecordingEntry } from "../../shared/protocol/index.ts";
import { matchesQuery, type TraceQuery } from "../../shared/trace/contents.ts";
import { messageOf } from "../cli/fail.ts";
import type { Config } from "../config/schema.ts";
import type { Space } from "../host/space.ts";
import type { FileInfo, RecordingFiles } from "./files.ts";
import { type Incident, incidentOf } from "./incidents.ts";
import { positionAt } from "./position-at.ts";
import { type RetentionRule, toForget } from "./retention.ts";
import type { BrokenRule } from "./rule-thread.ts";

export interface IncidentRule {
  /** So much time before an incident is recorded with it, and so much after the last one. */
  readonly beforeMs: number;
  readonly afterMs: number;
  /** Incidents that follow on each other share one recording for this long. */
  readonly sharedMs: number;
}

export interface RecordKeeperOptions {
  /** The space as it runs now. */
  readonly space: () => Space;
  readonly files: RecordingFiles;
  readonly retention: RetentionRule;
  /** Undefined: nothing is recorded by itself. */
  readonly incidents: IncidentRule | undefined;
  readonly log: Logger;
}

/** What the configuration says of recordings. */
export function rulesOf({ recordings }: Pick<Config, "recordings">): Pick<RecordKeeperOptions, "retention" | "incidents"> {
  const { incidents, beforeSeconds, afterSeconds, maxAgeDays, maxMegabytes, maxCount } = recordings;
  return {
    retention: { maxAgeMs: maxAgeDays * 86_400_000, maxBytes: maxMegabytes * 1_000_000, maxCount },
    incidents: incidents ? { beforeMs: beforeSeconds * 1_000, afterMs: afterSeconds * 1_000, sharedMs } : undefined,
  };
}

/** Incidents that follow on each other share a recording for so long: then the next begins, and overlaps with it. */
const sharedMs = 600_000;

const tidiedEveryMs = 60_000;

/**
 * Keeps the files of a space's recordings in step with what the space says of them: begins one around every incident,
 * writes a file when one ends, removes it when one is deleted, and gives up what the retention rule says. After a restart it
 * writes what is missing.
 */
export class RecordKeeper {
  readonly #space: () => Space;
  readonly #files: RecordingFiles;
  readonly #retention: RetentionRule;
  readonly #incidents: IncidentRule | undefined;
  readonly #log: Logger;
  readonly #failed = new Map<string, string>();
  readonly #timer: NodeJS.Timeout;
  /** Files are written and removed one after the other. */
  #work: Promise<void> = Promise.resolve();
  #beginning = false;
  #closed = false;

  constructor({ space, files, retention, incidents, log }: RecordKeeperOptions) {
    this.#space = space;
    this.#files = files;
    this.#retention = retention;
    this.#incidents = incidents;
    this.#log = log;
    const { recordings, lastRecording } = space().state;
    this.#later("what an earlier run left of recordings could not be removed", undefined, () => files.sweep(recordings.values(), lastRecording));
    this.#timer = setInterval(() => this.#tidy(), tidiedEveryMs).unref();
    this.#tidy();
  }

  /** Durable events, in order. */
  follow(events: readonly Event[]): void {
    for (const event of events) {
      if (event.type === "recording.begun" && event.recording.to !== undefined) this.#write(event.recording);
      else if (event.type === "recording.ended") this.#writeById(event.recording);
      else if (event.type === "recording.deleted") this.#remove(event.recording);
      else {
        const incident = this.#incidents === undefined ? undefined : incidentOf(event);
        if (incident !== undefined) this.#record(incident, event.atMs);
      }
    }
  }

  /** A rule was found broken while the space ran. */
  broken({ rule, position, message }: BrokenRule): void {
    const space = this.#space();
    this.#log.error({ space: space.name, rule, position }, `space ${space.name} broke rule ${rule} at position ${position}: ${message}`);
    if (this.#incidents !== undefined) this.#record({ why: "brokenRule", name: `Rule ${rule} broken`, about: [] }, space.nowMs());
  }

  /** What there is, newest first. A query about contents finds only what has a file. */
  list(query: TraceQuery): RecordingEntry[] {
    const asks = Object.values(query).some((part) => part !== undefined);
    return [...this.#space().state.recordings.values()]
      .reverse()
      .map((recording) => ({ recording, info: this.#files.info(recording) }))
      .filter(({ recording, info }) => !asks || (info !== undefined && matchesQuery(query, [recording.name, ...recording.tags], info.contents)))
      .map(({ recording, info }) => this.#entry(recording, info));
  }

  /** Path of a recording's file, once it is there. */
  path(id: string): string | undefined {
    const recording = this.#space().state.recordings.get(id);
    return recording === undefined || this.#files.info(recording) === undefined ? undefined : this.#files.path(recording);
  }

  /** Resolves when all that was asked of the files so far is done. */
  settled(): Promise<void> {
    return this.#work;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#work;
  }

  #entry(recording: Recording, info: FileInfo | undefined): RecordingEntry {
    const problem = this.#failed.get(recording.recording);
    if (info === undefined)
      return {
        recording,
        file: recording.to === undefined ? "recording" : problem === undefined ? "writing" : "failed",
        ...(problem !== undefined && { problem }),
      };
    const { header, contents, bytes, verified, broken } = info;
    const anomalies: Record<string, number> = {};
    for (const { kind } of contents.anomalies) anomalies[kind] = (anomalies[kind] ?? 0) + 1;
    const { from, to, counts, sinceMs, untilMs } = header;
    const { agents, resources } = contents;
    const size = { bytes, events: counts.events, agents: agents.length, resources: resources.length, anomalies };
    return { recording, file: "ready", from, to, sinceMs, untilMs, verified, broken: [...broken], ...size };
  }

  #record(incident: Incident, atMs: number): void {
    const rule = this.#incidents as IncidentRule;
    const { state } = this.#space();
    const open = [...state.recordings.values()].find(({ why, to }) => why !== "operator" && to === undefined);
    if (open !== undefined) {
      const knows = incident.about.every((name) => open.about.includes(name));
      const runsOut = open.endsMs - atMs < rule.afterMs / 2 && atMs + rule.afterMs <= open.begunMs + rule.sharedMs;
      if (!knows || runsOut) {
        const lastsMs = runsOut ? rule.afterMs : 1;
        this.#submit({ type: "recording.extend", recording: open.recording, lastsMs, about: [...incident.about] });
      }
      return;
    }
    if (this.#beginning) return;
    this.#beginning = true;
    void positionAt(this.#space(), atMs - rule.beforeMs)
      .then((from) =>
        this.#submit({ type: "recording.begin", name: incident.name, from, lastsMs: rule.afterMs, why: incident.why, about: [...incident.about] }),
      )
      .catch((error: unknown) => this.#log.error({ error }, `an incident could not be recorded: ${messageOf(error)}`))
      .finally(() => {
        this.#beginning = false;
      });
  }

  #submit(command: Extract<SystemCommand, { type: `recording.${string}` }>): void {
    if (!this.#closed) this.#space().submit({ from: "system", command });
  }

  #writeById(id: string): void {
    const recording = this.#space().state.recordings.get(id);
    if (recording !== undefined) this.#write(recording);
  }

  #write(recording: Recording): void {
    this.#later(`recording ${recording.name} could not be written`, recording.recording, async () => {
      // Deleted meanwhile, or written by a call before.
      if (!this.#space().state.recordings.has(recording.recording) || this.#files.info(recording) !== undefined) return;
      await this.#files.write(recording);
    });
  }

  #remove(id: string): void {
    this.#failed.delete(id);
    this.#later(`the file of recording ${id} could not be removed`, undefined, () => this.#files.remove(id));
  }

  #later(trouble: string, id: string | undefined, action: () => Promise<void>): void {
    this.#work = this.#work
      .then(() => (this.#closed ? undefined : action()))
      .then(() => void (id !== undefined && this.#failed.delete(id)))
      .catch((error: unknown) => {
        if (id !== undefined) this.#failed.set(id, messageOf(error));
        this.#log.error({ error }, `${trouble}: ${messageOf(error)}`);
      });
  }

  /** What could not be written is tried again, what is too old or too much goes. */
  #tidy(): void {
    const space = this.#space();
    if (this.#closed || space.stoppedReason !== undefined) return;
    const kept = [...space.state.recordings.values()].map((recording) => ({ recording, bytes: this.#files.info(recording)?.bytes }));
    for (const { recording, bytes } of kept) if (recording.to !== undefined && bytes === undefined) this.#write(recording);
    const sized = kept.map(({ recording, bytes = 0 }) => ({ recording, bytes }));
    for (const given of toForget(sized, this.#retention, space.nowMs())) this.#submit({ type: "recording.forget", ...given });
  }
}
