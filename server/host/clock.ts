/** Where stamps come from. Never goes back. */
export interface Clock {
  nowMs(): number;
}

/**
 * The real clock: anchored to the time of day once, then monotonic. Leases are spans of elapsed time, so a time of day
 * that is set forward must not end all of them at once, and one that is set back must not stretch them.
 */
export function systemClock(): Clock {
  const anchorMs = Date.now() - performance.now();
  return { nowMs: () => Math.floor(anchorMs + performance.now()) };
}
