import { Random } from "../../sim/random.ts";
import type { OpenTrace } from "../seek/reader.ts";
import type { Script } from "./player.ts";
import { readScripts, type Step } from "./scripts.ts";

/** Steps that an agent may come to. */
const stepsAtMost = 20_000;

/**
 * Agents that go on like themselves: each draws one whole piece of work after the other from those that it did in the
 * recording, with the pauses before them, until the recording's end. The same seed draws the same.
 */
export function drawnScripts(source: OpenTrace, seed: number, untilMs: number): (session: string, agent: string) => Script | undefined {
  const work = workByAgent(source);
  return (session, agent) => {
    const pieces = work.get(agent);
    if (pieces === undefined) return undefined;
    const random = new Random(seed ^ hashOf(session));
    const steps: Step[] = [];
    let spanMs = 0;
    const until = Math.max(0, untilMs - source.seeker.at(source.trace.from - 1).atMs);
    let piece = 0;
    return {
      at: (index) => {
        while (steps.length <= index && steps.length < stepsAtMost && spanMs < until) {
          piece += 1;
          for (const step of random.pick(pieces)) {
            steps.push(renamed(step, piece));
            spanMs += step.thinkMs;
          }
        }
        return steps[index];
      },
    };
  };
}

/** Each agent's finished pieces of work: from holding nothing to holding nothing. */
function workByAgent(source: OpenTrace): Map<string, Step[][]> {
  const { trace, seeker } = source;
  const begin = trace.from - 1;
  const { steps, acts } = readScripts(source, seeker.whole(begin), begin);
  const agents = new Map([...seeker.at(begin).sessions.values()].map(({ session, agent }) => [session, agent]));
  for (const { act } of acts) if (act.from === "system" && act.command.type === "session.join") agents.set(act.command.session, act.command.agent);
  const work = new Map<string, Step[][]>();
  for (const [session, own] of steps) {
    const agent = agents.get(session);
    if (agent === undefined) continue;
    const pieces = work.get(agent) ?? [];
    let open: Step[] | undefined;
    for (const step of own) {
      if (step.begins) {
        if (open !== undefined) pieces.push(open);
        open = [];
      }
      // Leaving is the end of a session, not of a piece of work.
      if (step.command.type !== "session.leave") open?.push(step);
    }
    if (pieces.length > 0) work.set(agent, pieces);
  }
  return work;
}

/** Every time it is done, a command is another one. */
function renamed(step: Step, piece: number): Step {
  return { ...step, command: { ...step.command, id: `${step.recordedId.slice(0, 52)}#${piece}` } };
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
