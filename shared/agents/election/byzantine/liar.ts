import type { Machine, Output, Step } from "../../machine.ts";

/** What a liar sends in the place of one message: nothing, the same, another one, or several. `draw` is from 0 up to 1. */
export type HowToLie<Message> = (message: Message, to: string, draw: number) => readonly Message[];

/**
 * An honest machine whose messages are tampered with before they leave: who lies in such a way knows the protocol and keeps
 * its own timers, which deceives better than noise. It can say what it likes, and it cannot speak for another: the relay
 * knows who sent. Nodes for which `howToLie` is undefined are honest.
 */
export function lying<Config, Node, Message, Durable>(
  machine: Machine<Config, Node, Message, Durable>,
  howToLie: (node: Node) => HowToLie<Message> | undefined,
): Machine<Config, Node, Message, Durable> {
  function tamper({ node, outputs }: Step<Node, Message, Durable>, chance: number): Step<Node, Message, Durable> {
    const lie = howToLie(node);
    if (lie === undefined) return { node, outputs };
    const told = outputs.flatMap((output, at): Output<Message, Durable>[] => {
      if (output.type !== "send") return [output];
      return lie(output.message, output.to, (chance + at * goldenRatio) % 1).map((message) => ({ ...output, message }));
    });
    return { node, outputs: told };
  }

  return {
    ...machine,
    start: (config, moment, durable) => tamper(machine.start(config, moment, durable), moment.chance),
    step: (node, input) => tamper(machine.step(node, input), input.chance),
  };
}

/** Multiples of it are spread evenly over 0 to 1. */
const goldenRatio = 0.6180339887498949;

/** Says nothing to anybody. */
export const silence = (): readonly never[] => [];

/** Says one thing to some and another to others, as `forge` makes it. */
export const twoFaced =
  <Message>(forge: (message: Message, to: string) => Message, isDeceived: (to: string) => boolean): HowToLie<Message> =>
  (message, to) => [isDeceived(to) ? forge(message, to) : message];

/** Votes for two: says what is true and what is forged, to everybody. */
export const double =
  <Message>(forge: (message: Message, to: string) => Message): HowToLie<Message> =>
  (message, to) => [message, forge(message, to)];

/** Now this and now that: true, forged, both in either order, or nothing. */
export const fickle =
  <Message>(forge: (message: Message, to: string, draw: number) => Message): HowToLie<Message> =>
  (message, to, draw) => {
    const forged = forge(message, to, (draw * 8) % 1);
    return ([[message], [], [message, forged], [forged, message]][Math.floor(draw * 8)] ?? [forged]) as readonly Message[];
  };
