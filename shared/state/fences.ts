/** Order of two fences (or versions): negative when `a` is lower. Digits are compared as text, so no fence is too long. */
export function compareFences(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The next fence. Beyond 2^53 it counts with big integers: a fence never rounds. */
export function nextFence(fence: string): string {
  return fence.length < 16 ? String(Number(fence) + 1) : String(BigInt(fence) + 1n);
}

/** The higher of two fences. */
export function maxFence(a: string, b: string): string {
  return compareFences(a, b) >= 0 ? a : b;
}
