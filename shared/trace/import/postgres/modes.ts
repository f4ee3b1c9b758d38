/** PostgreSQL's table-level lock modes, weakest first, and what each conflicts with (manual, "Explicit Locking", table 13.2). */
const table: Readonly<Record<string, readonly string[]>> = {
  AccessShareLock: ["AccessExclusiveLock"],
  RowShareLock: ["ExclusiveLock", "AccessExclusiveLock"],
  RowExclusiveLock: ["ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"],
  ShareUpdateExclusiveLock: ["ShareUpdateExclusiveLock", "ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"],
  ShareLock: ["RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"],
  ShareRowExclusiveLock: ["RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"],
  ExclusiveLock: ["RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"],
  AccessExclusiveLock: [
    ...["AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock"],
    ...["ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"],
  ],
};

const conflicts: ReadonlyMap<string, ReadonlySet<string>> = new Map(Object.entries(table).map(([mode, others]) => [mode, new Set(others)]));

/** A mode as pg_locks spells it; `ACCESS SHARE`, as SQL has it, becomes that. */
export function modeOf(spelt: string): string {
  const joined = spelt
    .trim()
    .toLowerCase()
    .replace(/\s*lock$/, "")
    .replace(/[\s_]+/g, "");
  const found = Object.keys(table).find((mode) => mode.toLowerCase() === `${joined}lock`);
  return found ?? spelt.trim();
}

/** Of modes as `modeOf` spells them. Those that are not among the eight (SIReadLock) keep nobody waiting. */
export function modesConflict(a: string, b: string): boolean {
  return conflicts.get(a)?.has(b) ?? false;
}

export const modeWord = /(?:Access(?:Share|Exclusive)|Row(?:Share|Exclusive)|ShareUpdateExclusive|ShareRowExclusive|Share|Exclusive)Lock/;
