import { plants } from "../../../plants.ts";
import { commanderOf, type OralConfig, type OralNode, orderKey } from "./node.ts";

export const roundsOf = ({ liars }: OralConfig) => (plants.oralTooFewRounds ? liars : liars + 1);

/** Whom this node takes the commander to have chosen. */
export function decide(node: OralNode, epoch: number): string | null {
  const commander = commanderOf(node.config, epoch);
  return commander === node.config.agent ? (node.orders.get(orderKey(epoch, [])) ?? null) : resolve(node, epoch, [commander]);
}

/** What the last of the path said that it was told: by a majority of what it told this node and what it told all others, as they report it. */
function resolve(node: OralNode, epoch: number, path: readonly string[]): string | null {
  const { config, orders } = node;
  const told = orders.get(orderKey(epoch, path)) ?? null;
  if (path.length >= roundsOf(config)) return told;
  const others = config.members.filter((member) => member !== config.agent && !path.includes(member));
  return majority([told, ...others.map((other) => resolve(node, epoch, [...path, other]))]);
}

/** More than half of all; else nobody, the same for everybody. */
function majority(values: readonly (string | null)[]): string | null {
  const counts = new Map<string | null, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  for (const [value, count] of counts) if (count > values.length / 2) return value;
  return plants.oralDefaultOwn ? (values[0] ?? null) : null;
}
