/** Switches for mistakes that tests plant, one for each note: all are off unless a test plants one. */
export function switchesFor<Name extends string>(notes: Readonly<Record<Name, unknown>>) {
  const names = Object.keys(notes) as Name[];
  const plants = Object.fromEntries(names.map((name) => [name, false])) as Record<Name, boolean>;
  return {
    /** Read by the code that each of them spoils. */
    plants,
    /** Plants one mistake; tests only. */
    plant(name: Name): void {
      plants[name] = true;
    },
    /** Takes all mistakes out again. */
    unplant(): void {
      for (const name of names) plants[name] = false;
    },
  };
}
