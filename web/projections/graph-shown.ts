import type { State } from "../../shared/state/index.ts";
import { statusOf } from "./elections.ts";

/** More groups than this would bury the rest of the picture. */
export const groupsShownAtMost = 24;

/**
 * Which groups stand in the picture: all where they are few; otherwise that of the selection and those of the selected
 * agent, then those that need somebody, then those of `before`, so that nothing comes and goes for nothing, then the first ones.
 */
export function shownGroups(
  state: State,
  selected: { readonly kind: string; readonly id: string } | null,
  before: Iterable<string> = [],
  atMost = groupsShownAtMost,
): ReadonlySet<string> {
  const shown = new Set<string>();
  const add = (group: string | undefined): boolean => {
    if (group !== undefined && shown.size < atMost) shown.add(group);
    return shown.size < atMost;
  };
  if (selected?.kind === "group") add(selected.id);
  if (selected?.kind === "finding") add(state.findings.get(selected.id)?.resources[0]);
  if (selected?.kind === "agent") {
    const session = state.agents.get(selected.id) ?? "";
    const campaigns = [...(state.bySession.get(session)?.campaigns ?? [])];
    for (const group of campaigns) if (state.elections.get(group)?.leader?.session === session && !add(group)) return shown;
    for (const group of campaigns) if (!add(group)) return shown;
  }
  for (const finding of state.findings.values()) if (finding.kind === "splitBrain" && !add(finding.resources[0])) return shown;
  for (const { group } of state.nodes.values()) if (!add(group)) return shown;
  if (state.elections.size > atMost) {
    for (const [group, election] of state.elections) {
      const status = statusOf(election, undefined);
      if (status !== "led" && status !== "empty" && !add(group)) return shown;
    }
  }
  for (const group of before) if (state.elections.has(group) && !add(group)) return shown;
  for (const group of state.elections.keys()) if (!add(group)) return shown;
  return shown;
}

/** How many groups there are. */
export function countAllGroups(state: State): number {
  const alone = new Set<string>();
  for (const { group } of state.nodes.values()) if (!state.elections.has(group)) alone.add(group);
  return state.elections.size + alone.size;
}
