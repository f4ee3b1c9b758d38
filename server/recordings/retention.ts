import type { Recording } from "../../shared/model/index.ts";

/** How long and how many recordings are kept. Pinned ones stay, whatever these say. */
export interface RetentionRule {
  readonly maxAgeMs: number;
  readonly maxBytes: number;
  readonly maxCount: number;
}

export interface Kept {
  readonly recording: Recording;
  /** Size of its file; 0 while there is none. */
  readonly bytes: number;
}

export interface GivenUp {
  readonly recording: string;
  /** In words. */
  readonly because: string;
}

/** Which recordings go: those that are too old, then the oldest until the rest is few and small enough. */
export function toForget(kept: readonly Kept[], rule: RetentionRule, nowMs: number): GivenUp[] {
  const oldestFirst = [...kept].sort((a, b) => a.recording.begunMs - b.recording.begunMs);
  let count = kept.length;
  let bytes = kept.reduce((sum, one) => sum + one.bytes, 0);
  const given: GivenUp[] = [];
  for (const { recording, bytes: ownBytes } of oldestFirst) {
    if (recording.pinned || recording.to === undefined) continue;
    const because =
      nowMs - recording.begunMs > rule.maxAgeMs
        ? `older than ${Math.round(rule.maxAgeMs / 86_400_000)} days`
        : count > rule.maxCount
          ? `more than ${rule.maxCount} recordings`
          : bytes > rule.maxBytes
            ? `more than ${Math.round(rule.maxBytes / 1_000_000)} MB of recordings`
            : undefined;
    if (because === undefined) continue;
    given.push({ recording: recording.recording, because });
    count -= 1;
    bytes -= ownBytes;
  }
  return given;
}
