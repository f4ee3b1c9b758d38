/** Where a node keeps what has to survive a crash: one text, of which the newest whole one counts. */
export interface NodeStore {
  /** What was saved last; undefined when nothing was. Throws when that cannot be told. */
  load(): Promise<string | undefined>;
  /** Resolves once it is durable. A crash on the way leaves the new text or the one before, never a part. */
  save(text: string): Promise<void>;
}

/** For tests, and for protocols that bear it when a node comes back knowing nothing. Raft does not: it may vote twice. */
export function memoryNodeStore(): NodeStore {
  let saved: string | undefined;
  return {
    load: async () => saved,
    save: async (text) => {
      saved = text;
    },
  };
}
