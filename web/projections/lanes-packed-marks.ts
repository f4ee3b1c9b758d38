import type { Mark, MarkKind, MarksView } from "./lanes-model.ts";
import { markKinds } from "./lanes-part.ts";
import { float64List, uint8List, uint32List } from "./numbers.ts";

/** A lane's marks in columns: when and what. Their words are in the events, which are asked for when somebody points there. */
export class PackedMarks implements MarksView {
  /** Times of the marks of each kind. */
  readonly byKind = new Map<MarkKind, ReturnType<typeof float64List>>();
  readonly #times = float64List();
  readonly #kinds = uint8List();
  readonly #positions = uint32List();

  get length(): number {
    return this.#times.length;
  }

  add(kind: number, atMs: number, position: number): void {
    const name = markKinds[kind] ?? "did";
    this.#times.push(atMs);
    this.#kinds.push(kind);
    this.#positions.push(position);
    const times = this.byKind.get(name) ?? float64List();
    this.byKind.set(name, times);
    times.push(atMs);
  }

  trim(): void {
    for (const list of [this.#times, this.#kinds, this.#positions, ...this.byKind.values()]) list.trim();
  }

  at(index: number): Mark | undefined {
    const from = index < 0 ? this.length + index : index;
    if (from < 0 || from >= this.length) return undefined;
    const kind = markKinds[this.#kinds.at(from)] ?? "did";
    return { kind, atMs: this.#times.at(from), position: this.#positions.at(from), agent: null, resource: null, label: "", words: "" };
  }
}
