import { isDeepStrictEqual } from "node:util";
import type { Answer, OperatorCommand } from "../../shared/model/index.ts";
import type { ConfiguredRule } from "../config/schema.ts";
import type { Space } from "./space.ts";

/** Whose act a rule from the configuration file is. */
const actor = { principal: "configuration", role: "operator" } as const;

/**
 * Makes the space's rules say what the configuration says. Rules that are as they should be are left alone, so that a
 * restart adds nothing to the audit; rules that came from an earlier configuration and are no longer in it go.
 * @throws Error when the space refuses one.
 */
export async function configureRules(space: Space, wanted: readonly ConfiguredRule[]): Promise<void> {
  const present = new Map(space.state.rules.map((rule) => [rule.pattern, rule]));
  const patterns = new Set(wanted.map((rule) => rule.pattern));
  const changes: Omit<Extract<OperatorCommand, { type: "resource.configure" }>, "id" | "type">[] = [];
  for (const rule of present.values()) {
    if (rule.by === actor.principal && !patterns.has(rule.pattern))
      changes.push({ pattern: rule.pattern, settings: null, reason: "no longer in the configuration" });
  }
  for (const rule of wanted) {
    if (!isDeepStrictEqual(present.get(rule.pattern)?.settings, rule.settings)) changes.push(rule);
  }
  const start = space.state.position;
  const answers = await Promise.all(changes.map((change, index) => answerOf(space, { id: `start-${start}-${index}`, type: "resource.configure", ...change })));
  for (const [index, answer] of answers.entries()) {
    if (!answer.ok) throw new Error(`The rule for ${changes[index]?.pattern} of the configuration was refused: ${answer.error.message}`);
  }
}

function answerOf(space: Space, command: OperatorCommand): Promise<Answer> {
  return new Promise((answered) => space.submit({ from: "operator", actor, command }, { answered }));
}
