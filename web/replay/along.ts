import type { TraceClient } from "./trace-client.ts";

/** What one steps along: `term` goes from leader to leader of a group, those of agents' own nodes too. */
export interface Thing {
  readonly kind: "agent" | "resource" | "group" | "term";
  readonly id: string;
}

/** Where the events of one agent or resource stand: of whom one asked last. */
export class Along {
  #key = "";
  #positions: Uint32Array = new Uint32Array();

  /** What is known at hand; null when it is of another. */
  of({ kind, id }: Thing): Uint32Array | null {
    return this.#key === `${kind} ${id}` ? this.#positions : null;
  }

  /** Asks the trace, unless what is known reaches as far as `standing`: a trace may grow. */
  async ask(client: TraceClient | undefined, thing: Thing, standing: number): Promise<Uint32Array> {
    const known = this.of(thing);
    if (known !== null && (known.at(-1) ?? 0) >= standing) return known;
    const positions = (await client?.ask("thing", thing).catch(() => undefined)) ?? new Uint32Array();
    [this.#key, this.#positions] = [`${thing.kind} ${thing.id}`, positions];
    return positions;
  }
}
