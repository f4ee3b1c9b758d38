import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Box, type CampaignOptions, type Candidacy, type Guard, StaleFence } from "../../shared/client/index.ts";

/** What a worker does in elections: campaigns, follows who leads, and writes as a leader, in its turn or long after it. */

/** Who leads, as a follower learned of it. */
export interface LeaderSeen {
  readonly agent: string | null;
  readonly term: string | null;
  readonly value: string;
  readonly atMs: number;
}

interface Standing {
  readonly candidacy: Candidacy;
  /** The last term that it led in. */
  term?: string;
  /** When it ceased to take itself for the leader in that term, by its own clock and lease. */
  stoppedMs?: number;
}

interface Writes {
  accepted: number;
  refused: number;
}

/** How often a candidate looks whether it leads. */
const lookEveryMs = 5;

export function leadingWork(desk: () => { readonly box: Box; readonly guard: Guard; readonly folder: string }) {
  const standings = new Map<string, Standing>();
  const seen = new Map<string, LeaderSeen[]>();
  const waiting = new Set<() => void>();
  const writes = new Map<string, Writes>();

  const standingIn = (group: string): Standing => {
    const standing = standings.get(group);
    if (standing === undefined) throw new Error(`it does not campaign in ${group}`);
    return standing;
  };
  const look = (standing: Standing): void => {
    const { leadership } = standing.candidacy;
    if (leadership?.state === "leading") {
      standing.term = leadership.term;
      delete standing.stoppedMs;
    } else if (standing.term !== undefined) standing.stoppedMs ??= Date.now();
  };
  /** Through the guard, under the last term that it had, whether it still leads or not. Every write is a line of its own. */
  const write = (group: string, resource: string, text: string): Promise<void> => {
    const { term } = standingIn(group);
    if (term === undefined) throw new Error(`it never led ${group}`);
    return desk().guard.write(resource, term, () => appendFileSync(fileOf(resource), `${term} ${desk().box.agent} ${text}\n`));
  };
  const fileOf = (resource: string) => join(desk().folder, resource.replaceAll("/", "_"));

  return {
    async campaign(group: string, options: CampaignOptions = {}) {
      const standing: Standing = { candidacy: await desk().box.campaign(group, options) };
      standings.set(group, standing);
      setInterval(() => look(standing), lookEveryMs);
    },
    /** Says this to whoever is put to the vote from now on. */
    async voteAlways(yes: boolean) {
      desk().box.onBallot(() => yes);
    },
    /** The last term that it led in, null when it never did. */
    async termIn(group: string) {
      const standing = standingIn(group);
      look(standing);
      return standing.term ?? null;
    },
    /** When it ceased to take itself for the leader; null while it does. */
    async stoppedLeading(group: string) {
      const standing = standingIn(group);
      look(standing);
      return standing.stoppedMs ?? null;
    },
    async follow(group: string) {
      const all: LeaderSeen[] = [];
      seen.set(group, all);
      const observation = await desk().box.observe(group);
      const note = (): void => {
        const { leader } = observation;
        all.push({ agent: leader?.agent ?? null, term: leader?.term ?? null, value: leader?.value ?? "", atMs: Date.now() });
        for (const wake of waiting) wake();
      };
      note();
      observation.onChange(note);
    },
    /** The first leader that it heard of after the one of this term. */
    async nextLeader(group: string, term: string | null): Promise<LeaderSeen> {
      for (;;) {
        const all = seen.get(group) ?? [];
        const after = all.findLastIndex((one) => one.term === term) + 1;
        const next = all.slice(after).find((one) => one.term !== null);
        if (next !== undefined) return next;
        await new Promise<void>((resolve) => {
          waiting.add(resolve);
        });
      }
    },
    async handOver(group: string, to: string) {
      await standingIn(group).candidacy.leadership?.handOver(to);
    },
    async resign(group: string) {
      await standingIn(group).candidacy.resign();
    },
    /** Campaigns anew: whoever was deposed is like the others again. */
    async campaignAnew(group: string) {
      await standingIn(group).candidacy.change({});
    },
    async writeAsLeader(group: string, resource: string, text: string) {
      await write(group, resource, text);
    },
    /** Writes again and again from now on, and asks neither its clock nor the server whether it may. */
    async writeCarelessly(group: string, resource: string, everyMs: number) {
      const counts: Writes = { accepted: 0, refused: 0 };
      writes.set(group, counts);
      const step = async (): Promise<void> => {
        if (standingIn(group).term === undefined) return;
        try {
          await write(group, resource, `${counts.accepted + counts.refused}`);
          counts.accepted += 1;
        } catch (error) {
          if (!(error instanceof StaleFence)) throw error;
          counts.refused += 1;
        }
      };
      setInterval(() => void step(), everyMs);
    },
    async careless(group: string): Promise<Writes> {
      return writes.get(group) ?? { accepted: 0, refused: 0 };
    },
    /** What was written to a resource, line by line: term, agent, text. */
    async written(resource: string) {
      return readFileSync(fileOf(resource), "utf8").trim().split("\n");
    },
  };
}
