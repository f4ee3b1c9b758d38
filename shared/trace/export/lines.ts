import type { Event } from "../../model/index.ts";
import { type Recording, SpanReader, type SpanSink } from "../spans.ts";

/** Pieces of text are handed out at about this size: neither one by one nor all at once. */
const pieceLength = 64 * 1024;

/** What a format does with a recording: told of its holds and waits and, where it likes, of each event and of the end. */
export interface Exporter extends SpanSink {
  /** After the spans that the event began and ended. */
  event?(event: Event): void;
  end?(): void;
}

/**
 * Drives an exporter over a recording, once, and hands out what it writes as it goes: memory follows what lasts at one
 * time, not the length of the recording.
 */
export function* written(recording: Recording, make: (write: (text: string) => void) => Exporter): Generator<string> {
  let piece = "";
  const exporter = make((text) => {
    piece += text;
  });
  const reader = new SpanReader(exporter);
  reader.begin(recording.snapshot);
  for (const event of recording.events) {
    reader.add(event);
    exporter.event?.(event);
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = "";
  }
  reader.end();
  exporter.end?.();
  yield piece;
}

/** Puts commas between what is written and nothing before the first. */
export function separated(write: (text: string) => void, separator: string): (text: string) => void {
  let first = true;
  return (text) => {
    write(first ? text : separator + text);
    first = false;
  };
}
