import { plants } from "../../plants.ts";
import type { Configuration } from "./messages.ts";

/** A change of members goes through a configuration with two groups of voters (Ongaro's thesis, 4.3). */
export const isJoint = ({ outgoing }: Configuration) => outgoing.length > 0;

/** Everybody of whom a majority may be needed. */
export const votersOf = ({ voters, outgoing }: Configuration): readonly string[] => [...new Set([...voters, ...outgoing])];

/** Everybody who gets the log. */
export const membersOf = ({ voters, outgoing, learners }: Configuration): readonly string[] => [...new Set([...voters, ...outgoing, ...learners])];

/** Whether an agent votes by a configuration, in either group. */
export const isVoter = ({ voters, outgoing }: Configuration, agent: string) => voters.includes(agent) || outgoing.includes(agent);

const majorityOf = (group: readonly string[]) => Math.floor(group.length / 2) + 1;

/** Every group of which a majority is needed. */
function groupsOf({ voters, outgoing }: Configuration): readonly (readonly string[])[] {
  return outgoing.length === 0 || plants.raftSingleMajority ? [voters] : [voters, outgoing];
}

/** Who may count for a majority of a group. */
const countable = (group: readonly string[], { learners }: Configuration) => (plants.raftLearnerCounted ? [...group, ...learners] : group);

/** Whether a majority of each group of voters passes. */
export function hasQuorum(configuration: Configuration, passes: (agent: string) => boolean): boolean {
  return groupsOf(configuration).every((group) => countable(group, configuration).filter(passes).length >= majorityOf(group));
}

/** The highest figure that a majority of each group of voters has reached. */
export function reachedByQuorum(configuration: Configuration, figureOf: (agent: string) => number): number {
  const reached = groupsOf(configuration).map((group) => {
    const figures = countable(group, configuration).map(figureOf);
    return figures.sort((one, other) => other - one)[majorityOf(group) - 1] ?? 0;
  });
  return Math.min(...reached);
}

/** "3 of 5", or "3 of 5 and 2 of 3" while members change: how many of each group pass. */
export function tally(configuration: Configuration, passes: (agent: string) => boolean): string {
  const { voters, outgoing } = configuration;
  const groups = outgoing.length === 0 ? [voters] : [voters, outgoing];
  return groups.map((group) => `${group.filter(passes).length} of ${group.length}`).join(" and ");
}
