import type { Snapshot } from "../../shared/model/index.ts";
import { JournalError } from "./journal.ts";
import { recordedOf } from "./lines.ts";
import { withReader } from "./reader.ts";
import { snapshotFrom } from "./snapshot-parts.ts";

/**
 * First line of an export. Each event has a line of its own; before the first of a decision stands a line
 * `{command, at}` with the command that it came of. The events follow on position `after`, and on `snapshot` if there is one.
 */
export interface ExportHeader {
  readonly format: "signalbox-journal";
  readonly version: 2;
  readonly space: string;
  readonly after: number;
  readonly snapshot: Snapshot | null;
}

/**
 * A journal as JSON Lines: a header, then one event a line. Where events were compacted away it begins with the oldest
 * checkpoint. Every event is checked against the chain on the way. `write` may be asynchronous: it is waited for.
 * May run beside the server. Returns the position of the last event.
 */
export async function exportJournal(
  options: { dataFolder: string; space: string; to?: number },
  write: (lines: string) => void | Promise<void>,
): Promise<number> {
  return withReader(options, async ({ events, checkpoints, files }) => {
    const end = Math.min(options.to ?? Number.MAX_SAFE_INTEGER, events.position);
    const { base } = events.meta;
    let snapshot: Snapshot | null = null;
    if (base > 0) {
      const oldest = checkpoints.positions().findLast((position) => checkpoints.problem(position, events.hashAt(position)) === undefined);
      if (oldest === undefined)
        throw new JournalError(
          "corrupt",
          `${files.database} has no checkpoint that verifies, and its events up to ${base} were compacted away: restore it from your backup`,
        );
      if (oldest > end) throw new JournalError("position", `events up to ${oldest} are only there as a checkpoint: export up to a later position`);
      snapshot = snapshotFrom(checkpoints.parts(oldest));
    }
    const header: ExportHeader = { format: "signalbox-journal", version: 2, space: options.space, after: snapshot?.position ?? 0, snapshot };
    await write(`${JSON.stringify(header)}\n`);
    for (let at = header.after; at < end; ) {
      const { texts, last } = events.chunk(at, end, true);
      let lines = "";
      for (const [index, text] of texts.entries()) {
        const { body, command } = recordedOf(text);
        if (command !== undefined) lines += `{"command":${command},"at":${at + index + 1}}\n`;
        lines += `${body}\n`;
      }
      await write(lines);
      at = last;
    }
    return end;
  });
}
