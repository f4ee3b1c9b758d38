import { join } from "node:path";
import { raft } from "../../shared/agents/election/raft/index.ts";
import type { Box, RunningNode } from "../../shared/client/index.ts";
import { fileNodeStore } from "../../shared/client/protocol/file-store.ts";

/** What a worker does with a node of Raft: runs it, proposes, tells what it shows and what it applied. */
export function nodeWork(desk: () => { readonly box: Box; readonly folder: string }) {
  const running = new Map<string, { readonly node: RunningNode; readonly applied: string[] }>();
  const nodeIn = (group: string) => {
    const one = running.get(group);
    if (one === undefined) throw new Error(`it runs no node in ${group}`);
    return one;
  };

  return {
    async runRaft(group: string, members: readonly string[], times: { readonly heartbeatMs: number; readonly electionMs: number }) {
      const { box, folder } = desk();
      const applied: string[] = [];
      const node = await box.run(raft, {
        group,
        config: { id: box.agent, members, ...times },
        store: fileNodeStore(join(folder, `${box.agent}-node.json`)),
        apply: (_, value) => {
          applied.push(value);
        },
      });
      running.set(group, { node, applied });
    },
    /** What it believes of itself. */
    async nodeView(group: string) {
      const { role, term, leader } = nodeIn(group).node.view;
      return { role, term, leader };
    },
    /** Resolves once a majority has it. */
    async proposeTo(group: string, value: string) {
      await nodeIn(group).node.propose(value);
    },
    async appliedIn(group: string) {
      return nodeIn(group).applied;
    },
  };
}
