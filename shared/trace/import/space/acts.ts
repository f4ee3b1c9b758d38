import type { Declared, Leader, LeaderEndWhy, Level, LockMode } from "../../../model/index.ts";

/** What a file tells that an agent did, in the words of a space. Agents are by the names that the file has for them. */
export type Act =
  | { readonly ns: bigint; readonly kind: "declare"; readonly agent: string; readonly state: Declared; readonly doing: string; readonly progress?: number }
  /** A lock from here until `release` of the same key. After `wait` of that key it was granted after waiting. */
  | {
      readonly ns: bigint;
      readonly kind: "hold";
      readonly key: string;
      readonly agent: string;
      readonly resource: string;
      readonly mode: LockMode;
      readonly level: Level;
      readonly reason: string;
    }
  | { readonly ns: bigint; readonly kind: "release"; readonly key: string }
  | {
      readonly ns: bigint;
      readonly kind: "wait";
      readonly key: string;
      readonly agent: string;
      readonly resource: string;
      readonly mode: LockMode;
      readonly reason: string;
    }
  | { readonly ns: bigint; readonly kind: "giveUp"; readonly key: string; readonly why: "cancelled" | "deadline" | "victim" }
  /** A leadership from here until `leadEnd` of the same key. */
  | {
      readonly ns: bigint;
      readonly kind: "lead";
      readonly key: string;
      readonly agent: string;
      readonly group: string;
      readonly term: string;
      readonly why: Leader["why"];
      readonly because: string;
    }
  | { readonly ns: bigint; readonly kind: "leadEnd"; readonly key: string; readonly why: LeaderEndWhy }
  /** A cycle of waits, by their keys, each for the next; and which of its agents gave way, when that is known. */
  | { readonly ns: bigint; readonly kind: "deadlock"; readonly key: string; readonly waits: readonly string[]; readonly victim: string | null }
  | { readonly ns: bigint; readonly kind: "resolved"; readonly key: string };
