import type { Event, OperatorCommand } from "../../../model/index.ts";
import { TestSpace } from "../../testing/space.ts";

const group = "g";

/**
 * Plays a story of one group and tells it again: each line is what somebody does, the indented lines after it are what came
 * of it. A test holds that the story told is the one that was written.
 */
export function play(story: string): string {
  const space = new TestSpace();
  const lines = story
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "" && !line.startsWith("  "));
  return `\n${lines.flatMap((line) => [line, ...happened(space, line).map((what) => `  ${what}`)]).join("\n")}\n`;
}

function happened(space: TestSpace, line: string): string[] {
  const after = space.state.position;
  const refused = act(space, line);
  const told = space.events.flatMap((event) => (event.position > after ? inWords(event) : []));
  return refused === undefined ? told : [...told, `refused: ${refused}`];
}

/** Does what a line says; the code of a refusal comes back. */
function act(space: TestSpace, line: string): string | undefined {
  const [who = "", verb = "", ...words] = line.split(/,? /);
  const term = (at: number): string => words[at]?.replace(/^(?:term|ballot)-/, "") ?? "0";
  const agent = (command: Parameters<TestSpace["agent"]>[1]) => space.agent(who, { group, ...command }).error?.code;
  const operator = (command: object) => space.operator({ group, reason: "drill", ...command } as unknown as OperatorCommand, who).error?.code;
  switch (verb) {
    case "joins":
      space.join(who, { roles: words, ttlMs: 5_000 });
      return undefined;
    case "leaves":
      return space.agent(who, { type: "session.leave" }).error?.code;
    case "campaigns":
      return agent({ type: "election.campaign", ...valuesOf(words) });
    case "resigns":
      return agent({ type: "election.resign" });
    case "observes":
      return agent({ type: "election.observe" });
    case "proclaims":
      return agent({ type: "election.proclaim", term: term(0), value: words[1] });
    case "asserts":
      return agent({ type: "election.assert", term: term(0) });
    case "hands":
      return agent({ type: "election.handOver", term: term(0), to: words[2] });
    case "votes":
      return agent({ type: "election.vote", ballot: term(1), yes: words[0] === "yes" });
    case "configures":
      return operator({ type: "election.configure", settings: words[0] === "nothing" ? null : valuesOf(words) });
    case "deposes":
      return operator({ type: "election.depose", term: term(0) });
    case "appoints":
    case "blocks":
    case "unblocks":
      return operator({ type: `election.${verb.slice(0, -1)}`, agent: words[0] });
    case "freezes":
    case "thaws":
      return operator({ type: `election.${verb === "freezes" ? "freeze" : "thaw"}` });
    case "ms": {
      // "500 ms pass", "6000 ms pass without a b"
      space.pass(Number(who), words.slice(2));
      return undefined;
    }
    default:
      throw new Error(`Nobody knows how to do: ${line}`);
  }
}

/** `policy=quorum members=a,b preempt=true` */
function valuesOf(words: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    words.map((word) => {
      const [key = "", value = ""] = word.split("=");
      if (key === "members" || key === "roles") return [key, value.split("+")];
      return [key, value === "true" ? true : /^-?\d+$/.test(value) ? Number(value) : value];
    }),
  );
}

function inWords(event: Event): string[] {
  switch (event.type) {
    case "leader.elected": {
      const { leader, after } = event;
      return [`${leader.agent} leads in term-${leader.term}, ${leader.why}${after === undefined ? "" : ` after ${after.agent}`}`];
    }
    case "leader.ended":
      return [`${event.agent} leads no more, ${event.why}${event.coolingUntilMs === undefined ? "" : `, delay of ${event.coolingUntilMs - event.atMs} ms`}`];
    case "leader.kept":
      return [`the window falls on its leader again`];
    case "leader.delayEnded":
      return ["the delay is over"];
    case "leader.proclaimed":
      return [`${event.agent} proclaims ${event.value}`];
    case "leader.refused":
      return [`${event.agent} does not lead in term-${event.term}`];
    case "candidate.left":
      return [`${event.agent} campaigns no more, ${event.why}`];
    case "ballot.opened":
      return [`ballot-${event.ballot.ballot} on ${event.ballot.agent}, ${event.ballot.need} of ${event.ballot.electorate.length} are needed`];
    case "ballot.closed":
      return [
        `ballot-${event.ballot} on ${event.agent} is closed, ${event.why}${event.coolingUntilMs === undefined ? "" : `, delay of ${event.coolingUntilMs - event.atMs} ms`}`,
      ];
    default:
      return [];
  }
}
