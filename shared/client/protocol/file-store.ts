import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import type { NodeStore } from "./store.ts";

/**
 * One file a node, for Node. The text is written beside it and flushed, then takes its place, and the folder is flushed so
 * that the place outlives a crash, too.
 */
export function fileNodeStore(path: string): NodeStore {
  return {
    async load() {
      try {
        return await readFile(path, "utf8");
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
        throw error;
      }
    },
    async save(text) {
      const folder = dirname(path);
      await mkdir(folder, { recursive: true });
      const fresh = `${path}.new`;
      await flushed(fresh, "w", (file) => file.writeFile(text));
      await rename(fresh, path);
      await flushed(folder, "r", async () => undefined);
    },
  };
}

type File = Awaited<ReturnType<typeof open>>;

async function flushed(path: string, flags: "w" | "r", write: (file: File) => Promise<void>): Promise<void> {
  const file = await open(path, flags);
  try {
    await write(file);
    await file.sync();
  } finally {
    await file.close();
  }
}
