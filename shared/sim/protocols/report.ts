import type { WorldRunResult } from "./run.ts";

/** A failed run in words: what happened last, which rule broke, and the command that runs it again. */
export function worldFailureText({ world, seed, scenario, breaches, story }: WorldRunResult): string {
  const { members, spares, liars } = scenario;
  const broken = breaches.map(({ rule, checker, message, atMs }) => `  ${rule} (${checker}) at ${atMs} ms: ${message}`);
  const who = `${members} members, ${spares} spare, ${liars} who lie`;
  return [
    ...story,
    "",
    `World ${world}, seed ${seed}, ${who}:`,
    ...broken,
    "",
    `Run again: npm run simulate -- --world ${world} --from ${seed} --seeds 1`,
  ].join("\n");
}
