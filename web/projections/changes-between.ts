import type { Fault, Finding, Freeze, Intent, Leader, Lock, Quota, Rule, Session, Wait } from "../../shared/model/index.ts";
import type { State } from "../../shared/state/index.ts";

/** What is different at the later of two positions: the balance, not all that happened in between. */
export interface Changes {
  readonly from: number;
  readonly to: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Locks held at the end and not at the beginning ... */
  readonly granted: readonly Lock[];
  /** ... and the other way round. */
  readonly released: readonly Lock[];
  readonly waitsBegun: readonly Wait[];
  readonly waitsEnded: readonly Wait[];
  readonly intentsAnnounced: readonly Intent[];
  readonly intentsEnded: readonly Intent[];
  readonly agentsCome: readonly Session[];
  readonly agentsGone: readonly Session[];
  /** Those that are in both, but declare another state or are cut off. */
  readonly agentsChanged: readonly { readonly before: Session; readonly after: Session }[];
  readonly rulesSet: readonly Rule[];
  readonly rulesGone: readonly Rule[];
  readonly frozen: readonly Freeze[];
  readonly thawed: readonly Freeze[];
  readonly quotasSet: readonly Quota[];
  readonly quotasGone: readonly Quota[];
  readonly faultsBegun: readonly Fault[];
  readonly faultsEnded: readonly Fault[];
  readonly findingsRaised: readonly Finding[];
  readonly findingsCleared: readonly Finding[];
  /** Groups that somebody else leads, in another term, or nobody any more. */
  readonly leadersChanged: readonly LeaderChange[];
  readonly deadlocksFormed: readonly string[];
  readonly deadlocksResolved: readonly string[];
}

export interface LeaderChange {
  readonly group: string;
  readonly before: Leader | undefined;
  readonly after: Leader | undefined;
}

type Known = Pick<
  State,
  "position" | "atMs" | "sessions" | "locks" | "waits" | "intents" | "rules" | "freezes" | "quotas" | "faults" | "findings" | "deadlocks" | "elections"
>;

/** What changed from one position of a space to a later one. */
export function changesBetween(before: Known, after: Known): Changes {
  const held = (locks: Known["locks"]) => new Map([...locks].filter(([, { coolingUntilMs }]) => coolingUntilMs === undefined));
  const [locksBefore, locksAfter] = [held(before.locks), held(after.locks)];
  const rules = (known: Known) => new Map(known.rules.map((rule) => [`${rule.pattern}\n${JSON.stringify(rule.settings)}`, rule]));
  const quotas = (known: Known) => new Map([...known.quotas.values()].map((quota) => [`${quota.principal} ${quota.locks} ${quota.waits}`, quota]));
  return {
    from: before.position,
    to: after.position,
    fromMs: before.atMs,
    toMs: after.atMs,
    granted: only(locksAfter, locksBefore),
    released: only(locksBefore, locksAfter),
    waitsBegun: only(after.waits, before.waits),
    waitsEnded: only(before.waits, after.waits),
    intentsAnnounced: only(after.intents, before.intents),
    intentsEnded: only(before.intents, after.intents),
    agentsCome: only(after.sessions, before.sessions),
    agentsGone: only(before.sessions, after.sessions),
    agentsChanged: [...after.sessions].flatMap(([id, session]) => {
      const earlier = before.sessions.get(id);
      return earlier === undefined || sameActivity(earlier, session) ? [] : [{ before: earlier, after: session }];
    }),
    rulesSet: only(rules(after), rules(before)),
    rulesGone: only(rules(before), rules(after)),
    frozen: only(after.freezes, before.freezes),
    thawed: only(before.freezes, after.freezes),
    quotasSet: only(quotas(after), quotas(before)),
    quotasGone: only(quotas(before), quotas(after)),
    faultsBegun: only(after.faults, before.faults),
    faultsEnded: only(before.faults, after.faults),
    findingsRaised: only(after.findings, before.findings),
    findingsCleared: only(before.findings, after.findings),
    leadersChanged: [...new Set([...before.elections.keys(), ...after.elections.keys()])].flatMap((group) => {
      const [earlier, later] = [before.elections.get(group)?.leader, after.elections.get(group)?.leader];
      return earlier?.term === later?.term ? [] : [{ group, before: earlier, after: later }];
    }),
    deadlocksFormed: [...after.deadlocks.keys()].filter((id) => !before.deadlocks.has(id)),
    deadlocksResolved: [...before.deadlocks.keys()].filter((id) => !after.deadlocks.has(id)),
  };
}

const sameActivity = (left: Session, right: Session): boolean =>
  left === right || (left.state === right.state && left.doing === right.doing && left.connected === right.connected);

/** Records whose keys are in the one table and not in the other. */
function only<K, V>(here: ReadonlyMap<K, V>, there: ReadonlyMap<K, V>): V[] {
  return [...here].flatMap(([key, value]) => (there.has(key) ? [] : [value]));
}
