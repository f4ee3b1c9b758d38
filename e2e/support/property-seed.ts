import fc from "fast-check";

/**
 * Properties draw the same values in every run, so that what is red is red for whoever looks next.
 * `SIGNALBOX_SEED=random npm run unit` tries others, and a number tries that one: a failure prints it.
 */
const wanted = process.env.SIGNALBOX_SEED ?? "1";
if (wanted !== "random") {
  const seed = Number(wanted);
  if (!Number.isInteger(seed)) throw new Error(`SIGNALBOX_SEED is "${wanted}": a whole number is wanted, or "random".`);
  fc.configureGlobal({ seed });
}
