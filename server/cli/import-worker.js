// A worker starts without the loader of the thread that began it: tsx takes the types off here as well.
import { register } from "tsx/esm/api";

register();
await import("./import-worker.ts");
