const stamp = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?\s?(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?/;

/** The time at the begin of a text, such as `2024-05-01 12:00:00.5+02`, in nanoseconds since 1970; UTC when no zone is told. */
export function timeNs(text: string): bigint | undefined {
  const match = stamp.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match.map(Number) as [number, number, number, number, number, number, number];
  const seconds = daysOf(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - zoneSeconds(match[8] ?? "");
  return BigInt(seconds) * 1_000_000_000n + BigInt((match[7] ?? "").padEnd(9, "0"));
}

/** Days from 1970-01-01 (Hinnant, "chrono-compatible low-level date algorithms"): years begin in March, so the leap day is last. */
function daysOf(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}

function zoneSeconds(zone: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone);
  if (match === null) return 0;
  const seconds = Number(match[2]) * 3_600 + Number(match[3] ?? 0) * 60;
  return match[1] === "-" ? -seconds : seconds;
}
