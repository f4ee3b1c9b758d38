import type { Fold } from "./config.ts";

/**
 * Registers by name: the value `x=1` sets x to 1, a value without `=` sets the one without a name. The state is JSON, pairs in
 * order of names, so that nodes with the same log have the same text.
 */
export const registers: Fold = {
  initial: "[]",
  next: (state, value) => {
    const at = Math.max(0, value.indexOf("="));
    const name = value.slice(0, at);
    const others = (JSON.parse(state) as [string, string][]).filter(([known]) => known !== name);
    const pairs: [string, string][] = [...others, [name, value.slice(value.includes("=") ? at + 1 : 0)]];
    return JSON.stringify(pairs.sort(([one], [other]) => (one < other ? -1 : 1)));
  },
};
