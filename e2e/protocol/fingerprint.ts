import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { protocolVersion, releasedProtocolVersion } from "../../shared/protocol/version.ts";
import { changedSchemas, wireSchema } from "../../shared/protocol/wire.ts";

/**
 * `npm run protocol:fingerprint`: writes `shared/protocol/schema.json` anew after a schema was changed. A version that was
 * released is never written over: programs out there speak it.
 */
const path = fileURLToPath(new URL("../../shared/protocol/schema.json", import.meta.url));
const before = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as { version: number }) : undefined;
const now = { version: protocolVersion, ...wireSchema() };
const changed = before === undefined ? [] : changedSchemas(before, now);

if (before !== undefined && changed.length > 0 && before.version === protocolVersion && protocolVersion <= releasedProtocolVersion) {
  console.error(`Version ${protocolVersion} of the protocol is released, but these differ from it: ${changed.join(", ")}.`);
  console.error("Raise protocolVersion in shared/protocol/version.ts, then run this again.");
  process.exitCode = 1;
} else {
  writeFileSync(path, `${JSON.stringify(now, null, 2)}\n`);
  console.log(changed.length === 0 ? "Nothing changed." : `Version ${protocolVersion} written. Changed: ${changed.join(", ")}.`);
}
