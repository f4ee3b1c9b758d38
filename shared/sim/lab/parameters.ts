import { z } from "zod";
import { worlds } from "../protocols/worlds.ts";

/** What goes wrong, again and again, once a group has had a leader for a while. */
export const labTroubles = ["none", "leaderDies", "partition", "churn"] as const;

export type LabTrouble = (typeof labTroubles)[number];

const listOf = <Item extends z.ZodType>(item: Item, atMost: number) => z.array(item).min(1).max(atMost);

/**
 * What the lab compares: every algorithm in every combination of the others. The command line and the dashboard take the
 * same, and a copied link holds it.
 */
export const labParametersSchema = z.strictObject({
  algorithms: listOf(z.enum(worlds.map(({ name }) => name) as [string, ...string[]]), worlds.length).default(worlds.map(({ name }) => name)),
  members: listOf(z.number().int().min(3).max(99), 6).default([3, 5, 9]),
  /** Share of messages that are lost. */
  loss: listOf(z.number().min(0).max(0.5), 4).default([0, 0.05]),
  /** Longest time that a message takes, one way; the shortest is a quarter of it. */
  delayMs: listOf(z.number().int().min(1).max(2_000), 6).default([20]),
  troubles: listOf(z.enum(labTroubles), labTroubles.length).default(["leaderDies"]),
  /** So many runs of each combination, from this seed on. */
  seeds: z.number().int().min(1).max(200).default(10),
  from: z.number().int().min(1).max(0xffff_ffff).default(1),
  /** Virtual time of each run. */
  seconds: z.number().int().min(10).max(600).default(30),
});

export type LabParameters = Readonly<z.infer<typeof labParametersSchema>>;

/** One combination. */
export interface LabCell {
  readonly algorithm: string;
  readonly members: number;
  readonly loss: number;
  readonly delayMs: number;
  readonly trouble: LabTrouble;
}

/** Every combination that somebody waits for the end of, in the order of the table. */
export function labCells({ algorithms, members, loss, delayMs, troubles }: LabParameters): LabCell[] {
  const asked = worlds.filter(({ name }) => algorithms.includes(name));
  return troubles.flatMap((trouble) =>
    members.flatMap((count) => {
      const compared = asked.filter(({ mostCompared }) => count <= mostCompared);
      return delayMs.flatMap((delay) =>
        loss.flatMap((share) => compared.map(({ name }) => ({ algorithm: name, members: count, loss: share, delayMs: delay, trouble }))),
      );
    }),
  );
}

/** Those that are not compared with any number of members, and how many they are compared with at most. */
export const labBounds: readonly { readonly algorithm: string; readonly members: number }[] = worlds
  .filter(({ mostCompared }) => Number.isFinite(mostCompared))
  .map(({ name, mostCompared }) => ({ algorithm: name, members: mostCompared }));

const isNumbers: ReadonlySet<string> = new Set(["members", "loss", "delayMs"]);
const isNumber: ReadonlySet<string> = new Set(["seeds", "from", "seconds"]);

/** Reads parameters from texts, lists with commas between: what a command line or a link has. What is left out is as usual. Throws a ZodError. */
export function labFromTexts(texts: Readonly<Record<string, string | undefined>>): LabParameters {
  const read: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(texts)) {
    if (text === undefined) continue;
    const items = text.split(",").map((item) => item.trim());
    read[name] = isNumber.has(name) ? Number(text) : isNumbers.has(name) ? items.map(Number) : items;
  }
  return labParametersSchema.parse(read);
}

/** The texts that `labFromTexts` reads; those that are as usual are left out. */
export function labToTexts(parameters: LabParameters): Record<string, string> {
  const usual = labParametersSchema.parse({});
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(parameters)) {
    const text = String(value);
    if (text !== String(usual[name as keyof LabParameters])) texts[name] = text;
  }
  return texts;
}

/** Fewest that are a majority. */
export const majorityOf = (members: number) => Math.floor(members / 2) + 1;
