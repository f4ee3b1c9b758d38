import { text } from "node:stream/consumers";
import { SqliteStore } from "../../journal/sqlite-store.ts";
import type { LastWrite } from "./torn-tail.ts";

/** Writes one commit and dies before it could be moved into the database, as a server does whose machine loses its power. */
const { files, space, expected, lines } = JSON.parse(await text(process.stdin)) as LastWrite;
const store = SqliteStore.open({ files, space });
store.verifyAfter(expected);
store.append(expected, lines);
process.kill(process.pid, "SIGKILL");
