const keptAtMost = 5;

/** Files that were opened on this page, by name: the way back in the browser's history leads to them again. */
export class OpenedFiles {
  readonly #files = new Map<string, Blob>();

  keep(name: string, file: Blob): void {
    this.#files.delete(name);
    this.#files.set(name, file);
    const [oldest] = this.#files.keys();
    if (this.#files.size > keptAtMost && oldest !== undefined) this.#files.delete(oldest);
  }

  get(name: string): Blob | undefined {
    return this.#files.get(name);
  }
}
