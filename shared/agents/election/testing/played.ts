import { type Troupe, transcript } from "../../testing/transcript.ts";

/** How many messages of each type were sent in a transcript, lost ones as well. */
export function sentIn(played: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [, type = ""] of played.matchAll(/^ {2}\S+ -> \S+(?: \(lost\))?: (\S+)/gm)) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
}

/** Plays a script and counts what is sent from the line `# count` on; without one, from the beginning. */
export function countsOf<Config, Node, Message, Durable>(troupe: Troupe<Config, Node, Message, Durable>, script: string): Map<string, number> {
  const played = transcript(troupe, script);
  return sentIn(played.slice(Math.max(0, played.indexOf("# count"))));
}

/** Ids that sort as their numbers do: `n01` to `n99`. */
export function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `n${String(at + 1).padStart(2, "0")}`);
}
