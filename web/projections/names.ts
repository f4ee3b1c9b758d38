/** `w2` before `w10`. */
const collator = new Intl.Collator("en", { numeric: true });

/** The order of names on the panel. Total: names that read the same (`a1`, `a01`) still have one. */
export const byName = (left: string, right: string): number => collator.compare(left, right) || (left < right ? -1 : left > right ? 1 : 0);
