import { type FaultKind, faultCommandSchemas, type KillPoint, serverTarget } from "../../../shared/model/index.ts";
import { type Problem, problemOf } from "../../components/PreviewForm.tsx";
import { faultWords, strikesAll } from "../../projections/fault-words.ts";
import type { ReadyAct } from "../acts/act-store.ts";

/** A number field while it is edited: empty is the empty string. */
type Typed = number | string;

/** What the form of a new fault holds; times are in seconds, `strength` is in percent. */
export interface FaultDraft {
  readonly kind: FaultKind;
  readonly target: string;
  /** The other side of a cut between two. */
  readonly peer: string;
  /** Where the server is killed. */
  readonly point: KillPoint;
  /** Of a clock jump: it is the server's clock. */
  readonly serverClock: boolean;
  readonly strength: number;
  readonly delay: Typed;
  readonly lasts: Typed;
  readonly seed: Typed;
  readonly again: boolean;
  readonly every: Typed;
  /** What halts the schedule; empty for nothing. */
  readonly waiting: Typed;
  readonly deadlocks: Typed;
  readonly agents: Typed;
}

export function newDraft({ kind, target, peer = "" }: { kind: FaultKind; target: string; peer?: string }): FaultDraft {
  return {
    kind,
    target,
    peer,
    point: "afterFlush",
    serverClock: false,
    strength: kind === "clockDrift" ? 10 : 50,
    delay: kind === "clockJump" ? 30 : 1,
    lasts: 10,
    seed: 1,
    again: false,
    every: 20,
    waiting: "",
    deadlocks: 0,
    agents: "",
  };
}

/** Does it strike the server, so that nobody is named? */
export const strikesServerOf = ({ kind, serverClock }: FaultDraft): boolean => strikesAll(kind) || (kind === "clockJump" && serverClock);

const injectSchema = faultCommandSchemas[0].omit({ id: true, reason: true });
const scheduleSchema = faultCommandSchemas[3].omit({ id: true, reason: true });

/** The command that a draft comes to, without its reason; or what is wrong with it, in words for the form. */
export function commandOf(draft: FaultDraft): { readonly act: ReadyAct } | { readonly problem: Problem } {
  const words = faultWords[draft.kind];
  const ofServer = strikesServerOf(draft);
  const target = draft.target.trim();
  if (!ofServer && target === "") return { problem: { field: "target", message: "Name an agent, or a pattern such as w*." } };
  if (draft.kind === "cutPair" && draft.peer.trim() === "") return { problem: { field: "peer", message: "Name the other one, too." } };
  const asked = {
    kind: draft.kind,
    target: !ofServer ? target : draft.kind === "clockJump" ? serverTarget : "*",
    strength: words.strength === undefined ? 1 : draft.strength / 100,
    ...(words.delay === undefined ? {} : { delayMs: ms(draft.delay) }),
    ...(draft.kind === "cutPair" ? { peer: draft.peer.trim() } : {}),
    ...(draft.kind === "killServer" ? { point: draft.point } : {}),
    durationMs: ms(draft.lasts),
    seed: Number(draft.seed === "" ? 1 : draft.seed),
  };
  const halt = { waiting: count(draft.waiting), deadlocks: count(draft.deadlocks), agents: count(draft.agents) };
  const parsed = draft.again
    ? scheduleSchema.safeParse({ type: "schedule.set", ...asked, everyMs: ms(draft.every), halt: given(halt) })
    : injectSchema.safeParse({ type: "fault.inject", ...asked });
  return parsed.success ? { act: parsed.data as ReadyAct } : { problem: problemOf(parsed.error, "target") };
}

export const ms = (value: Typed): number => Math.round(Number(value) * 1_000);
const count = (value: Typed): number | undefined => (value === "" ? undefined : Number(value));
const given = (values: Record<string, number | undefined>) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
