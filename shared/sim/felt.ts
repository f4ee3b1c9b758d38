import type { FaultKind, KillPoint } from "../model/index.ts";

/** The whole menu, live and simulated alike. A kill is named with its point. */
export type SimulatedKind = Exclude<FaultKind, "killServer"> | `kill ${KillPoint}`;

/** Counts how often each kind of fault really changed what happened, and in which way where there are several. */
export class Felt<Kind extends string = SimulatedKind> {
  readonly #counts = new Map<string, number>();

  add(kind: Kind, how?: string): void {
    const key = how === undefined ? kind : `${kind}: ${how}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** By kind, or by `kind: how`. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }
}
