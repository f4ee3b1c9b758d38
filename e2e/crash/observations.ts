import type { Answer, Fence, LockMode } from "../../shared/model/index.ts";

/** What the clients saw: everything that the server acknowledged to them, and what they took themselves to hold. */
export type Observation =
  | { readonly kind: "joined"; readonly session: string; readonly agent: string }
  /** The answer to a command, as it came over the wire. */
  | { readonly kind: "answered"; readonly session: string; readonly type: string; readonly fence?: Fence; readonly answer: Answer }
  /** A notice that a queued command was granted or upgraded. */
  | { readonly kind: "granted"; readonly session: string; readonly command: string; readonly fences: readonly Fence[] }
  /** From `fromMs` to `toMs` (one clock for all clients) an agent took itself to be the holder. */
  | {
      readonly kind: "held";
      readonly agent: string;
      readonly resource: string;
      readonly mode: LockMode;
      readonly fence: Fence;
      readonly fromMs: number;
      readonly toMs: number;
    };

export type Held = Extract<Observation, { kind: "held" }>;
