// Node 20 does not load a worker's TypeScript entry through `--import tsx`, so this file loads it.
import { register } from "tsx/esm/api";

register();
await import("./rule-thread.ts");
