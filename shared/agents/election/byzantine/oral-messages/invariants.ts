import type { ProtocolCheckerFactory } from "../../../checker.ts";
import { commanderOf, type OralConfig, type OralMessage, type OralNode, orderKey } from "./node.ts";

type Factory = ProtocolCheckerFactory<OralConfig, OralNode, OralMessage>;

/** What became of one epoch, as seen from outside. */
interface Epoch {
  /** Orders of honest members, by who should have them. */
  readonly sent: Map<string, Set<string>>;
  readonly decided: Map<string, { readonly leader: string | null; readonly orders: ReadonlySet<string> }>;
  /** Crashed within it. */
  readonly down: Set<string>;
}

/**
 * EL-42: as long as at most m are faulty, all others decide the same, and what a commander that is none of those chose. Who
 * crashed, or missed an order that an honest member sent it, is faulty, for the protocol is synchronous.
 */
const agreement: Factory = (fail, { members, liars }) => {
  const epochs = new Map<number, Epoch>();
  const epochOf = (epoch: number) => {
    const found = epochs.get(epoch) ?? { sent: new Map(), decided: new Map(), down: new Set() };
    epochs.set(epoch, found);
    return found;
  };
  let config: OralConfig | undefined;
  /** Epochs before this one are judged: who decides on one of them now stood still meanwhile, and is faulty. */
  let judgedUntil = 0;

  function judge(epoch: number, { sent, decided, down }: Epoch): void {
    if (config === undefined) return;
    const isSound = (agent: string) => {
      const orders = decided.get(agent)?.orders;
      return orders !== undefined && !liars.has(agent) && !down.has(agent) && [...(sent.get(agent) ?? [])].every((key) => orders.has(key));
    };
    const sound = members.filter(isSound);
    const isCovered = members.length - sound.length <= config.liars && members.length > 3 * config.liars;
    const [first] = sound;
    if (!isCovered || first === undefined) return;
    const commander = commanderOf(config, epoch);
    const expected = decided.get(sound.includes(commander) ? commander : first)?.leader;
    for (const agent of sound) {
      const leader = decided.get(agent)?.leader;
      if (leader === expected) continue;
      const others = sound.includes(commander) ? `${commander}, who commands, chose` : `${first} decides for`;
      fail("EL-42", `in epoch ${epoch} ${agent} decides for ${leader ?? "nobody"}, and ${others} ${expected ?? "nobody"}`);
    }
  }

  function judgeBefore(epoch: number): void {
    judgedUntil = Math.max(judgedUntil, epoch);
    for (const [number, seen] of epochs) {
      if (number >= epoch) continue;
      judge(number, seen);
      epochs.delete(number);
    }
  }

  return {
    stepped({ agent, before, after, outputs }) {
      if (liars.has(agent)) return;
      config = after.config;
      for (const output of outputs) {
        if (output.type !== "send" || output.message.epoch < judgedUntil) continue;
        const { sent } = epochOf(output.message.epoch);
        sent.set(output.to, (sent.get(output.to) ?? new Set()).add(orderKey(output.message.epoch, output.message.path)));
      }
      const { decided } = after;
      if (decided === undefined || decided === before?.decided || decided.epoch < judgedUntil) return;
      epochOf(decided.epoch).decided.set(agent, { leader: decided.leader, orders: new Set(after.orders.keys()) });
      judgeBefore(decided.epoch - 1);
    },
    crashed(agent) {
      for (const { down } of epochs.values()) down.add(agent);
    },
    done: () => judgeBefore(Number.POSITIVE_INFINITY),
  };
};

export const oralCheckers = { agreement } satisfies Record<string, Factory>;
