// A worker starts without the loader of the thread that began it.
import { register } from "tsx/esm/api";

register();
await import("./import-worker.ts");
