import type { Random } from "../random.ts";

const nasty: readonly unknown[] = [
  null,
  undefined,
  -1,
  0.5,
  2 ** 53,
  Number.NaN,
  true,
  "",
  "__proto__",
  "constructor",
  "\u0000",
  "x".repeat(5_000),
  [],
  {},
  [[[]]],
];

/** A message spoilt in one place, or none at all. A schema may let it through where what was spoilt may be anything; then it comes from a stranger. */
export function spoilt(random: Random, message: unknown): unknown {
  if (typeof message !== "object" || message === null || random.chance(0.2)) return random.pick(nasty);
  const fields = Object.keys(message);
  if (fields.length === 0 || random.chance(0.3)) return { ...message, [random.pick(["__proto__", "extra", "type"])]: random.pick(nasty) };
  const field = random.pick(fields);
  if (random.chance(0.3)) return Object.fromEntries(Object.entries(message).filter(([name]) => name !== field));
  return { ...message, [field]: random.pick(nasty) };
}
