import { plants } from "../../plants.ts";
import { changRobertsMessageSchema, type ElectionBody } from "./messages.ts";
import type { RingProtocol, Standing, Verdict } from "./node.ts";
import { ringMachine } from "./ring-machine.ts";

export interface ChangRoberts extends Standing {
  /** The highest id that it sent or passed on. */
  readonly best: string;
}

/** One way round: an id goes on past lower ones, is swallowed by a higher one, and has won when it comes home. */
const changRoberts: RingProtocol<ChangRoberts> = {
  begin: (agent, round) => stand(agent, round),
  take(agent, election, body) {
    if (body.type !== "election") return undefined;
    const { candidate, round } = body;
    if (candidate === agent && !plants.ringOwnIdUnknown) return home(agent, election);
    if (candidate < agent && !plants.ringLowerPassed) return election === undefined ? stand(agent, round) : undefined;
    // Nothing lower than what it has passed on can win; and what goes round although its candidate is gone ends here.
    if (election !== undefined && candidate <= election.best && !plants.ringLowerPassed && !plants.ringOwnIdUnknown) return undefined;
    return passOn({ stands: election?.stands ?? false, best: candidate }, body);
  },
};

function stand(agent: string, round: number): Verdict<ChangRoberts> {
  const body: ElectionBody = { type: "election", round, candidate: agent };
  return { election: { stands: true, best: agent }, sends: [{ side: "next", body }], won: false, because: "it sent its id round" };
}

function home(agent: string, election: ChangRoberts | undefined): Verdict<ChangRoberts> | undefined {
  if (!election?.stands || election.best !== agent) return undefined;
  return { election, sends: [], won: true, because: "its id came all the way round, past nobody higher" };
}

function passOn(election: ChangRoberts, body: Extract<ElectionBody, { type: "election" }>): Verdict<ChangRoberts> {
  return { election, sends: [{ side: "next", body }], won: false, because: `it passed on ${body.candidate}, the highest so far` };
}

/**
 * The election of Chang and Roberts, "An improved algorithm for decentralized extrema-finding in circular configurations of
 * processes", Communications of the ACM, 1979: the highest id of those that take part wins. A leader stays when a higher one
 * comes back, until the next election.
 */
export const ring = ringMachine("ring", changRobertsMessageSchema, changRoberts);
