import { plants } from "../../plants.ts";
import { type ElectionBody, hirschbergSinclairMessageSchema, type Side } from "../ring/messages.ts";
import type { RingProtocol, Sent, Standing, Verdict } from "../ring/node.ts";
import { ringMachine } from "../ring/ring-machine.ts";

export interface HirschbergSinclair extends Standing {
  /** It has the highest id within 2^(phase - 1) places on either side, and asks twice as far. */
  readonly phase: number;
  /** From which sides its probes of this phase have come back. */
  readonly replied: readonly Side[];
  /** What it has passed on: whatever comes a second time in a round is a copy, made where a word of receipt came late. */
  readonly passed: readonly string[];
}

type Probe = Extract<ElectionBody, { type: "probe" | "reply" }>;

/** Both ways round, twice as far in every phase: a probe that meets a higher id is swallowed, one that comes home has won. */
const hirschbergSinclair: RingProtocol<HirschbergSinclair> = {
  begin: (agent, round) => stand(agent, round, 0),
  take(agent, election, body) {
    if (body.type === "election") return undefined;
    return body.type === "probe" ? probed(agent, election, body) : replied(agent, election, body);
  },
};

function stand(agent: string, round: number, phase: number, passed: readonly string[] = []): Verdict<HirschbergSinclair> {
  const hops = plants.hirschbergTooFar ? 2 ** phase + 1 : 2 ** phase;
  const probe = (side: Side): Sent => ({ side, body: { type: "probe", round, candidate: agent, phase, hops, side } });
  const because =
    phase === 0 ? "it asks both neighbours" : `nobody within ${2 ** (phase - 1)} places is higher, and it asks ${2 ** phase} places on either side`;
  return { election: { stands: true, phase, replied: [], passed }, sends: [probe("next"), probe("previous")], won: false, because };
}

function probed(agent: string, election: HirschbergSinclair | undefined, body: Probe): Verdict<HirschbergSinclair> | undefined {
  const { candidate, round, hops, side } = body;
  if (candidate === agent) {
    if (!election?.stands) return undefined;
    return { election, sends: [], won: true, because: "its probe came all the way round, past nobody higher" };
  }
  if (candidate < agent) return election === undefined ? stand(agent, round, 0) : undefined;
  const because = `${candidate} is higher than it`;
  const relaying = passing(election, body);
  if (relaying === undefined) return undefined;
  if (hops > 1) return { election: relaying, sends: [{ side, body: { ...body, hops: hops - 1 } }], won: false, because };
  const back = opposite(side);
  return { election: relaying, sends: [{ side: back, body: { ...body, type: "reply", hops: 2 ** body.phase, side: back } }], won: false, because };
}

/** A reply that comes home counts for the side it comes from; whatever its candidate has become, it goes no further than the probe went. */
function replied(agent: string, election: HirschbergSinclair | undefined, body: Probe): Verdict<HirschbergSinclair> | undefined {
  const { candidate, hops, side } = body;
  if (candidate !== agent) {
    const relaying = passing(election, body);
    if (hops <= 1 || relaying === undefined) return undefined;
    return { election: relaying, sends: [{ side, body: { ...body, hops: hops - 1 } }], won: false, because: `${candidate} asks around` };
  }
  if (election?.stands !== true || body.phase !== election.phase || election.replied.includes(side)) return undefined;
  const sides = [...election.replied, side];
  if (sides.length === 2 || plants.hirschbergOneReply) return stand(agent, body.round, election.phase + 1, election.passed);
  return { election: { ...election, replied: sides }, sends: [], won: false, because: `nobody within ${2 ** election.phase} places on one side is higher` };
}

/** The standing of who passes something on, or answers it; undefined when it has done so in this round. */
function passing(election: HirschbergSinclair | undefined, { type, candidate, phase, side }: Probe): HirschbergSinclair | undefined {
  const { passed, ...standing } = election ?? { stands: false, phase: 0, replied: [], passed: [] };
  const name = `${type} ${candidate} ${phase} ${side}`;
  return passed.includes(name) ? undefined : { ...standing, passed: [...passed, name] };
}

const opposite = (side: Side): Side => (side === "next" ? "previous" : "next");

/**
 * The election of Hirschberg and Sinclair, "Decentralized extrema-finding in circular configurations of processors",
 * Communications of the ACM, 1980: of the order n log n messages at worst, where one way round takes the order n². The
 * highest id of those that take part wins. A leader stays when a higher one comes back, until the next election.
 */
export const hirschbergSinclairRing = ringMachine("hirschberg-sinclair", hirschbergSinclairMessageSchema, hirschbergSinclair);
