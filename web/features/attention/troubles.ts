import type { Need } from "../../../shared/analysis/attention.ts";
import type { DeadlockRecord, Finding, FindingKind } from "../../../shared/model/index.ts";
import { muteOf, type State } from "../../../shared/state/index.ts";
import { pictureOf } from "../../projections/deadlock-picture.ts";
import { names, planWords, ringOf } from "../../projections/deadlock-words.ts";
import { findingTitle } from "../../projections/finding-words.ts";
import type { Selected } from "../../stores/selection.ts";

/** What needs a person, wherever it was found out: by a look at the state, in the wait-for graph, by a detector. */
export interface Trouble extends Omit<Need, "kind" | "subject"> {
  readonly kind: Need["kind"] | "deadlock" | FindingKind;
  readonly subject: Selected;
  /** All agents and locks that it marks, where one of each is not enough. */
  readonly agents?: readonly string[];
  readonly fences?: readonly string[];
  /** Resources that it is about, where the subject is none. */
  readonly resources?: readonly string[];
}

/**
 * Needs, deadlocks and findings as one list in which each thing is counted once: who stands in a deadlock is not stuck
 * besides, and a stale holder that the look at the state found too is one trouble, unless a person said that it is none.
 */
export function troubles(state: State, needs: readonly Need[]): Trouble[] {
  const deadlocks = [...state.deadlocks.values()].map((found) => ofDeadlock(state, found));
  const fences = new Set(deadlocks.flatMap((one) => one.fences ?? []));
  const members = new Set([...state.deadlocks.values()].flatMap((found) => found.members));
  const findings = [...state.findings.values()];
  const cleared = findings.filter(({ kind, judged }) => kind === "staleHolder" && judged?.verdict === "notAnIssue");
  const stays = (need: Need) => (need.fence === undefined || !fences.has(need.fence)) && !cleared.some((finding) => isAbout(finding, need));
  const kept = needs.filter(stays);
  const raised = findings.filter(
    (finding) =>
      needsYou(state, finding) &&
      !kept.some((need) => isAbout(finding, need)) &&
      !(finding.agents.length > 0 && finding.agents.every((agent) => members.has(agent))),
  );
  const isSplit = ({ kind }: Finding) => kind === "splitBrain";
  const others = [...kept, ...raised.filter((one) => !isSplit(one)).map(ofFinding)];
  // What stands still, then what two do at once, then what waits.
  return [
    ...deadlocks,
    ...raised.filter(isSplit).map(ofFinding),
    ...others.sort((left, right) => right.waiting - left.waiting || left.sinceMs - right.sinceMs),
  ];
}

/** A predicted deadlock has not happened: it is listed, and calls nobody. */
export function needsYou(state: State, finding: Finding): boolean {
  return finding.kind !== "lockOrder" && finding.judged?.verdict !== "notAnIssue" && muteOf(state, finding) === undefined;
}

/** Is it the same holder that makes no progress? */
export function isAbout(finding: Finding, need: Need): boolean {
  return (
    finding.kind === "staleHolder" &&
    (need.kind === "stuckHolder" || need.kind === "lostHolder") &&
    need.agent !== undefined &&
    finding.agents[0] === need.agent
  );
}

function ofDeadlock(state: State, found: DeadlockRecord): Trouble {
  const ring = ringOf(found);
  return {
    id: `deadlock ${found.deadlock}`,
    kind: "deadlock",
    subject: { kind: "deadlock", id: found.deadlock },
    agent: undefined,
    fence: undefined,
    agents: ring,
    resources: [...new Set(found.cycle.flatMap((step) => (step.request === undefined ? [] : [step.resource])))],
    fences: [...pictureOf(state, found).fences],
    title: `Deadlock: ${names(ring)} wait for each other.`,
    because: [planWords(found, state.shadow)],
    sinceMs: found.sinceMs,
    waiting: found.members.length,
  };
}

function ofFinding(finding: Finding): Trouble {
  return {
    id: finding.finding,
    kind: finding.kind,
    subject: { kind: "finding", id: finding.finding },
    agent: undefined,
    fence: undefined,
    // Whoever stands in a growing queue is no trouble, the queue is.
    ...(finding.kind === "convoy" ? {} : { agents: finding.agents }),
    resources: finding.resources,
    title: findingTitle(finding),
    because: finding.because,
    sinceMs: finding.sinceMs,
    waiting: finding.agents.length,
  };
}
