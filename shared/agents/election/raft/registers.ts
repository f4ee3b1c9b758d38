import { z } from "zod";
import type { Fold } from "./config.ts";

const pairsSchema = z.array(z.tuple([z.string(), z.string()]));

/**
 * Registers by name: the value `x=1` sets x to 1, a value without `=` sets the one without a name. The state is JSON, pairs in
 * order of names, so that nodes with the same log have the same text. What is no such state counts as empty.
 */
export const registers: Fold = {
  initial: "[]",
  next: (state, value) => {
    const at = Math.max(0, value.indexOf("="));
    const name = value.slice(0, at);
    const others = pairsOf(state).filter(([known]) => known !== name);
    const pairs: [string, string][] = [...others, [name, value.slice(value.includes("=") ? at + 1 : 0)]];
    return JSON.stringify(pairs.sort(([one], [other]) => (one < other ? -1 : 1)));
  },
};

function pairsOf(state: string): [string, string][] {
  try {
    return pairsSchema.parse(JSON.parse(state));
  } catch {
    return [];
  }
}
