import type { AgentCommand, Event } from "../../model/index.ts";
import type { State } from "../../state/index.ts";
import { handedName, isOwn, leads, lockName, type Step, termName, thingName } from "./scripts.ts";

/**
 * What the numbers of a recording are in its fork. A fence, an intent or a declared wait gets another number as soon as
 * anything comes in another order, so each goes by how it came about: whose command, for what.
 */
export class Names {
  /** Of the recording: number to name. */
  readonly #recorded: ReadonlyMap<string, string>;
  /** Of the fork: name to number, and back. */
  readonly #numbers = new Map<string, string>();
  readonly #names = new Map<string, string>();
  /** Id of a command in the recording, by its agent and its id in the fork, where they differ. */
  readonly #commands = new Map<string, string>();

  constructor(recorded: ReadonlyMap<string, string>) {
    this.#recorded = recorded;
  }

  /** The number in the fork of what has this number in the recording; undefined when there is no such thing, yet or any more. */
  here(number: string): string | undefined {
    const name = this.#recorded.get(number);
    // What is older than the fork has the same number in both, as long as nobody handed it on.
    return name === undefined ? number : this.#numbers.get(name);
  }

  /** An agent's command that the fork sends under another id. */
  sends(agent: string, id: string, recordedId: string): void {
    if (id !== recordedId) this.#commands.set(`${agent} ${id}`, recordedId);
  }

  recordedId(agent: string, id: string): string {
    return this.#commands.get(`${agent} ${id}`) ?? id;
  }

  /** The fork takes a lock that is there for what the recording calls by another name. */
  alias(agent: string, acquire: string, resource: string, fence: string): void {
    this.#numbers.set(lockName(agent, acquire, resource), fence);
  }

  /** Follows the events of the fork. */
  follow(event: Event): void {
    switch (event.type) {
      case "lock.granted":
        for (const { fence, resource } of event.locks) this.#put(lockName(event.agent, this.recordedId(event.agent, event.command), resource), fence);
        return;
      case "lock.upgraded":
      case "lock.transferred":
        return this.#put(handedName(this.#names.get(event.fence) ?? event.fence), event.newFence);
      case "leader.elected":
        return this.#put(termName(event.group, event.leader.agent), event.leader.term);
      case "ballot.opened":
        return this.#put(termName(event.group, event.ballot.agent), event.ballot.ballot);
      case "intent.announced":
        if (event.cause !== undefined) this.#put(thingName(event.intent.agent, this.recordedId(event.intent.agent, event.cause.id)), event.intent.intent);
        return;
      case "wait.declared":
        if (event.cause !== undefined) this.#put(thingName(event.wait.agent, this.recordedId(event.wait.agent, event.cause.id)), event.wait.declared);
        return;
      default:
        return;
    }
  }

  #put(name: string, number: string): void {
    this.#numbers.set(name, number);
    this.#names.set(number, name);
  }
}

/**
 * A recorded command as it makes sense in the fork, or undefined where it makes none: giving back what one does not have.
 */
export function adapted({ command, false: isFalse }: Step, session: string, state: State, names: Names): AgentCommand | undefined {
  switch (command.type) {
    case "lock.release":
    case "lock.upgrade":
    case "lock.downgrade":
    case "lock.transfer": {
      const fence = names.here(command.fence);
      const lock = fence === undefined ? undefined : state.locks.get(fence);
      // A false claim stays one: it must not come to fit a lock of its own here.
      if (isFalse) return fence === undefined || isOwn(lock, session) ? undefined : { ...command, fence };
      return isOwn(lock, session) ? { ...command, fence: lock.fence, resource: lock.resource } : undefined;
    }
    case "election.proclaim":
    case "election.handOver":
    case "election.assert": {
      const { group } = command;
      const term = isFalse ? names.here(command.term) : state.elections.get(group)?.leader?.term;
      return term === undefined || leads(state, session, { group, term }) === isFalse ? undefined : { ...command, term };
    }
    case "election.vote": {
      // Whatever it said of the same agent then.
      const ballot = names.here(command.ballot);
      return ballot === undefined || state.elections.get(command.group)?.ballot?.ballot !== ballot ? undefined : { ...command, ballot };
    }
    case "guard.report":
      // The guard refused what came of an order of writes that is another one now.
      return undefined;
    case "intent.commit":
    case "intent.fulfil":
    case "intent.withdraw": {
      const intent = names.here(command.intent);
      return intent === undefined || !state.intents.has(intent) ? undefined : { ...command, intent };
    }
    case "wait.end": {
      const declared = names.here(command.declared);
      return declared === undefined || !state.declared.has(declared) ? undefined : { ...command, declared };
    }
    default:
      return command;
  }
}
