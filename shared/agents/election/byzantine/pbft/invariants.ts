import type { ProtocolCheckerFactory } from "../../../checker.ts";
import { type PbftDurable, type PbftMessage, type Request, sameRequest } from "./messages.ts";
import type { PbftConfig, PbftNode } from "./node.ts";

type Factory = ProtocolCheckerFactory<PbftConfig, PbftNode, PbftMessage, PbftDurable>;

/** Two quorums of so many share somebody honest: said here once more, for the protocol's own may be wrong. */
const quorumOf = (members: readonly string[]) => Math.floor((members.length + Math.floor((members.length - 1) / 3)) / 2) + 1;

/** EL-43: nobody applies in a slot what another did not, in order, and a new view begins with all that anyone applied in an earlier one. */
const same: Factory = (fail, { liars }) => {
  /** What was applied first in each slot, and the view of who did. */
  const applied: { readonly request: Request; readonly view: number }[] = [];
  const reached = new Map<string, number>();
  return {
    stepped({ agent, before, after, outputs, input, died }) {
      if (liars.has(agent)) return;
      if (input.type === "start") reached.set(agent, 0);
      for (const output of outputs) {
        if (output.type !== "apply") continue;
        const request = after.slots[output.index - 1]?.committed;
        const last = reached.get(agent) ?? 0;
        if (output.index !== last + 1) fail("EL-43", `${agent} applies slot ${output.index} after slot ${last}`);
        reached.set(agent, output.index);
        if (request === null || request === undefined) return fail("EL-43", `${agent} applies slot ${output.index}, which is not committed`);
        const first = applied[output.index - 1];
        if (first !== undefined && !sameRequest(first.request, request))
          fail("EL-43", `${agent} applies ${words(request)} in slot ${output.index}, others ${words(first.request)}`);
        applied[output.index - 1] ??= { request, view: after.view };
      }
      if (died || after.view === (before?.view ?? 0) || after.wanted !== after.view) return;
      for (const [at, { request, view }] of applied.entries()) {
        if (view >= after.view) continue;
        const vouched = after.slots[at]?.prePrepared.at(-1);
        const isKept = vouched?.view === after.view && sameRequest(vouched.request, request);
        if (before !== undefined && !isKept) fail("EL-43", `${agent} begins view ${after.view} without ${words(request)}, which was applied in slot ${at + 1}`);
      }
    },
  };
};

/** EL-43: a view begins when a quorum asked for it, and a slot is committed when a quorum said so. Liars may say both to some only. */
const quorums: Factory = (fail, { members, liars }) => {
  const asked = new Map<number, Set<string>>();
  const committing = new Map<string, Set<string>>();
  const need = quorumOf(members) - liars.size;
  const note = <Key>(map: Map<Key, Set<string>>, key: Key, agent: string) => map.set(key, (map.get(key) ?? new Set()).add(agent));
  return {
    stepped({ agent, before, after, outputs, died }) {
      if (liars.has(agent)) return;
      for (const output of outputs) {
        if (output.type !== "send") continue;
        if (output.message.type === "view-change") note(asked, output.message.view, agent);
        if (output.message.type === "commit") note(committing, keyOf(output.message.seq, output.message.request), agent);
      }
      if (died || before === undefined) return;
      const askers = asked.get(after.view)?.size ?? 0;
      if (after.view > before.view && askers < need) fail("EL-43", `${agent} begins view ${after.view}, for which ${askers} asked`);
      for (const [at, { committed }] of after.slots.entries()) {
        if (committed === null || before.slots[at]?.committed) continue;
        // Its own word counts for itself, also where a crash came before it was sent.
        const said = new Set(committing.get(keyOf(at + 1, committed))).add(agent).size;
        if (said < need) fail("EL-43", `${agent} takes ${words(committed)} in slot ${at + 1} for committed, which ${said} said`);
      }
    },
  };
};

export const pbftCheckers = { same, quorums } satisfies Record<string, Factory>;

const keyOf = (seq: number, { id, value }: Request) => `${seq} ${id} ${value}`;
const words = ({ id, value }: Request) => (id === "" ? "nothing" : `${id} (${value})`);
