import type { State } from "../../../shared/state/index.ts";

/** Something the palette offers: a thing to select or an act to do. */
export interface Entry {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  run(): void;
}

export interface Found {
  readonly kind: "agent" | "resource" | "group" | "intent";
  readonly id: string;
  readonly label: string;
  readonly hint: string;
}

const mostLooked = 50_000;

/** Better matches have a smaller score; undefined does not match. Exact, then beginning, then beginning of a part, then anywhere. */
export function matchScore(text: string, query: string): number | undefined {
  const where = text.toLowerCase().indexOf(query);
  if (where < 0) return undefined;
  if (where === 0) return text.length === query.length ? 0 : 1;
  return /[/._:@-]/.test(text[where - 1] ?? "") ? 2 : 3;
}

/** Agents, resources, groups and intents that match, the best first. */
export function findThings(state: State, query: string, atMost: number): Found[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === "") return [];
  const found = new Map<string, Found & { readonly score: number }>();
  let looked = 0;
  const offer = (kind: Found["kind"], id: string, label: string, hint: string) => {
    const score = matchScore(label, wanted);
    if (score !== undefined && !found.has(`${kind} ${id}`)) found.set(`${kind} ${id}`, { kind, id, label, hint, score });
    return ++looked < mostLooked;
  };
  for (const { agent, doing, state: says } of state.sessions.values()) if (!offer("agent", agent, agent, doing || says)) break;
  for (const { resource, agent } of state.locks.values()) if (!offer("resource", resource, resource, `held by ${agent}`)) break;
  for (const { wants, agent } of state.waits.values()) for (const { resource } of wants) offer("resource", resource, resource, `${agent} waits for it`);
  for (const { pattern } of state.rules) offer("resource", pattern, pattern, "has a rule");
  for (const { group, leader } of state.elections.values())
    if (!offer("group", group, group, leader === undefined ? "a group without a leader" : `led by ${leader.agent}`)) break;
  for (const { intent, reason, agent } of state.intents.values()) offer("intent", intent, reason, `intent of ${agent}`);
  return [...found.values()]
    .sort((left, right) => left.score - right.score || left.label.length - right.label.length || (left.label < right.label ? -1 : 1))
    .slice(0, atMost);
}
