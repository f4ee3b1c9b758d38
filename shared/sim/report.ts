import type { RunResult } from "./run.ts";

/** A failed run in words: what happened last, which rule broke, and the command that runs it again. */
export function failureText({ seed, scenario, breaches, story }: RunResult): string {
  const broken = breaches.map(({ rule, checker, message, position }) => `  ${rule} (${checker}) after position ${position}: ${message}`);
  return [...story, "", `Seed ${seed}, "${scenario}":`, ...broken, "", `Run again: npm run simulate -- --from ${seed} --seeds 1`].join("\n");
}
