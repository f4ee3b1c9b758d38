import type { Step } from "./isolation-output.ts";
import { modeOf, modesConflict } from "./modes.ts";

interface Held {
  readonly session: string;
  readonly what: string;
  readonly mode: string;
}

/** What a statement locks: a table by LOCK TABLE, rows by writing or FOR UPDATE, an advisory lock by its key. */
function askedBy(sql: string): { what: string; mode: string } | undefined {
  const table = /\bLOCK\s+(?:TABLE\s+)?(?:ONLY\s+)?([\w."]+)(?:\s+IN\s+([A-Z ]{5,30}?)\s+MODE)?/i.exec(sql);
  if (table !== null && /^\s*(?:BEGIN\s*;\s*)?LOCK\b/i.test(sql)) return { what: `relation ${table[1]}`, mode: modeOf(table[2] ?? "ACCESS EXCLUSIVE") };
  const advisory = /pg_(?:try_)?advisory(?:_xact)?_lock(_shared)?\s*\(([^)]{1,100})\)/i.exec(sql);
  if (advisory !== null) return { what: `advisory lock ${advisory[2]!.trim()}`, mode: advisory[1] === undefined ? "ExclusiveLock" : "ShareLock" };
  const written = /\b(?:UPDATE|DELETE\s+FROM|INSERT\s+INTO|TRUNCATE(?:\s+TABLE)?|ALTER\s+TABLE|DROP\s+TABLE)\s+(?:ONLY\s+|IF\s+EXISTS\s+)?([\w."]+)/i.exec(sql);
  const read = /\bFROM\s+([\w."]+)/i.exec(sql);
  const strength = /\bFOR\s+(NO\s+KEY\s+UPDATE|UPDATE|SHARE|KEY\s+SHARE)\b/i.exec(sql)?.[1];
  if (strength !== undefined && read !== null) return { what: `rows of ${read[1]}`, mode: /SHARE/i.test(strength) ? "RowShareLock" : "ExclusiveLock" };
  if (written === null) return undefined;
  if (/\b(?:TRUNCATE|ALTER|DROP)\b/i.test(sql)) return { what: `relation ${written[1]}`, mode: "AccessExclusiveLock" };
  return { what: `rows of ${written[1]}`, mode: "ExclusiveLock" };
}

/** Locks of the sessions of one interleaving, as far as their statements tell. A transaction's locks end with it. */
export class SessionLocks {
  readonly #held: Held[] = [];

  ran(step: Step): void {
    if (/\b(?:COMMIT|ROLLBACK|ABORT|END)\b/i.test(step.sql) && !/\bROLLBACK\s+TO\b/i.test(step.sql)) {
      for (let at = this.#held.length - 1; at >= 0; at -= 1) if (this.#held[at]!.session === step.session) this.#held.splice(at, 1);
      return;
    }
    const asked = askedBy(step.sql);
    if (asked !== undefined) this.#held.push({ session: step.session, ...asked });
  }

  /** Whom a blocked statement waits for; nobody where that cannot be told. */
  blockersOf(step: Step): { what: string; mode?: string; holders: string[] } {
    const asked = askedBy(step.sql);
    if (asked === undefined) return { what: `what ${step.name} asks for`, holders: [] };
    const rows = asked.what.startsWith("rows of ");
    const table = asked.what.replace(/^(?:rows of|relation) /, "");
    const holders = this.#held.filter((held) => {
      if (held.session === step.session) return false;
      if (held.what === asked.what) return modesConflict(held.mode, asked.mode) || (rows && held.mode !== asked.mode);
      // A lock of the table against writing rows of it, or the other way round.
      return held.what.endsWith(` ${table}`) && modesConflict(rows ? "RowExclusiveLock" : asked.mode, rows ? held.mode : "RowExclusiveLock");
    });
    return { ...asked, holders: [...new Set(holders.map((held) => held.session))] };
  }
}
