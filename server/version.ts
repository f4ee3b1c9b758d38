import { readFileSync } from "node:fs";

/** Version of this program, as its traces name it. */
export const engineVersion: string = (JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string }).version;
