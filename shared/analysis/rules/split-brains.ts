import { type Finding, limits } from "../../model/index.ts";
import { Believers } from "./believers.ts";
import type { CheckerFactory } from "./checker.ts";

/** A look of the host a second, two seconds in which an older node may hear of it, and the look after that. */
const boundMs = 4_000;
/** After a start the detectors take nothing back for so long. */
const learningMs = 60_000;
/** So many are told of at a time. */
const findingsAtMost = 100;

/**
 * EL-17: who is reported as a second leader has acted as one, by what events tell; whoever did is reported within a bound
 * and stays so; and it is cleared within a bound once nothing more shows it. Bounds are judged where the host is known to be
 * awake: a trace does not say when it stood still, or began anew.
 */
export const splitBrains: CheckerFactory = (fail) => {
  const believers = new Believers();
  const findings = new Map<string, Finding>();
  /** What is to be reported or cleared by the next looks, and since when. */
  let open = new Map<string, number>();
  let excusedUntilMs = 0;
  let clearsFromMs = 0;
  return {
    begin(snapshot) {
      for (const found of snapshot.findings) findings.set(found.finding, found);
      believers.begin(snapshot);
    },
    event(event, before) {
      believers.fold(event, before);
      if (event.type === "finding.raised") {
        findings.set(event.found.finding, event.found);
        const { kind, agents, resources } = event.found;
        const [agent = "", other = ""] = agents;
        const [group = ""] = resources;
        if (kind === "splitBrain" && !believers.maybe({ group, agent, other }, before, event.atMs))
          fail("EL-17", `${agent} is said to believe that it leads ${group} beside ${other}, and did nothing of the kind`);
      }
      if (event.type !== "finding.cleared") return;
      const found = findings.get(event.finding);
      findings.delete(event.finding);
      if (found?.kind !== "splitBrain") return;
      for (const { group, agent } of believers.surely(before, event.atMs))
        if (isAbout(found, group, agent)) fail("EL-17", `${agent} is cleared of leading ${group}, which it still claims`);
    },
    fact(fact, now) {
      if (fact.kind === "started") {
        believers.restarted();
        open.clear();
        clearsFromMs = findings.size > 0 ? fact.atMs + learningMs : fact.atMs;
      }
      if (fact.kind === "stalled") excusedUntilMs = Math.max(excusedUntilMs, fact.untilMs);
      if (fact.kind === "leapt") excusedUntilMs = Math.max(excusedUntilMs, fact.toMs);
      if (fact.kind !== "awake") return;
      if (findings.size === 0 && believers.isQuiet) return open.clear();
      const stillOpen = new Map<string, number>();
      const due = (what: string): void => {
        const sinceMs = Math.max(open.get(what) ?? fact.atMs, excusedUntilMs);
        stillOpen.set(what, sinceMs);
        if (fact.atMs - sinceMs > boundMs) fail("EL-17", what);
      };
      const reported = [...findings.values()].filter(({ kind }) => kind === "splitBrain");
      for (const { group, agent } of believers.surely(now, fact.atMs))
        if (!reported.some((found) => isAbout(found, group, agent)) && findings.size < limits.findings && reported.length < findingsAtMost)
          due(`${agent} acts as the leader of ${group} beside another, and is not reported`);
      for (const { agents, resources } of fact.atMs < clearsFromMs ? [] : reported) {
        const [[agent = ""], [group = ""]] = [agents, resources];
        if (!believers.maybe({ group, agent }, now, fact.atMs)) due(`${agent} shows nothing more of leading ${group}, and is still reported`);
      }
      open = stillOpen;
    },
  };
};

function isAbout({ agents, resources }: Finding, group: string, agent: string): boolean {
  return resources[0] === group && agents[0] === agent;
}
