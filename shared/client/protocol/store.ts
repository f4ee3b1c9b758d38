/**
 * Where a node keeps what has to survive a crash: records, each one line of text. The first is whole, each that follows says
 * what changed; what they say is not the store's concern.
 */
export interface NodeStore {
  /**
   * The records that were kept last, oldest first; none when nothing was. One whose writing a crash cut short never was. Throws
   * when what was kept cannot be told.
   */
  load(): Promise<readonly string[]>;
  /** Puts a record in the place of all. Resolves once it is durable. A crash on the way leaves this one or those before. */
  save(record: string): Promise<void>;
  /** Puts a record behind those that this store saved and added. Resolves once it is durable. A crash on the way leaves all but this one. */
  add(record: string): Promise<void>;
}

/** For tests, and for protocols that bear it when a node comes back knowing nothing. Raft does not: it may vote twice. */
export function memoryNodeStore(): NodeStore {
  let records: string[] = [];
  return {
    load: async () => [...records],
    save: async (record) => {
      records = [record];
    },
    add: async (record) => {
      records.push(record);
    },
  };
}
