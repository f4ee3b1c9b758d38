import type { AgentCommand, Ballot, Intent, Leader, Lock, Result } from "../model/index.ts";
import type { ToClient } from "./messages.ts";

/** A lock as far as its client knows. */
export type Known = Pick<Lock, "fence" | "resource" | "mode" | "level" | "guarded" | "holds" | "command">;

/** A group as far as its client knows. */
export interface KnownGroup {
  readonly campaigns: boolean;
  readonly observes: boolean;
  readonly leader: Leader | null;
  /** The newest term that it has heard of: what is older is no news. */
  readonly heard: string;
  readonly ballot?: Ballot | undefined;
}

const newGroup: KnownGroup = { campaigns: false, observes: false, leader: null, heard: "0" };

/** What a client believes that its session has: from answers, from notices, and from the server's own word after a reconnect. */
export class Knowledge {
  readonly locks = new Map<string, Known>();
  /** Queued acquires and upgrades by command id, and since when. */
  readonly waits = new Map<string, number>();
  /** Waits that it declared and has not ended. */
  readonly declared = new Set<string>();
  readonly intents = new Map<string, Pick<Intent, "intent" | "committed">>();

  readonly groups = new Map<string, KnownGroup>();

  forget(): void {
    this.groups.clear();
    this.locks.clear();
    this.waits.clear();
    this.declared.clear();
    this.intents.clear();
  }

  /** The server's word: it holds against all that was believed before. */
  believe(holdings: Extract<ToClient, { type: "welcome" }>["holdings"], nowMs: number): void {
    this.forget();
    for (const lock of holdings.locks) this.locks.set(lock.fence, lock);
    for (const wait of holdings.waits) this.waits.set(wait.command, nowMs);
    for (const intent of holdings.intents) this.intents.set(intent.intent, intent);
    for (const { group, campaigns, observes, leader, ballot } of holdings.groups)
      this.groups.set(group, { campaigns, observes, leader, heard: leader?.term ?? "0", ballot });
  }

  /** What an answered command came to. */
  learn(command: AgentCommand, result: Result, nowMs: number): void {
    switch (command.type) {
      case "lock.acquire":
        if (result.status === "queued") this.waits.set(command.id, nowMs);
        if (result.status !== "granted") return;
        for (const [index, { fence, level, guarded }] of result.locks.entries()) {
          const want = command.wants.find((one) => one.resource === result.locks[index]?.resource);
          if (fence !== null && want !== undefined)
            this.took({ fence, resource: want.resource, mode: want.mode, level, guarded, holds: 1, command: command.id });
        }
        return;
      case "lock.upgrade":
        if (result.status === "queued") this.waits.set(command.id, nowMs);
        if (result.status === "fenced") this.refenced(command.fence, result.fence);
        return;
      case "lock.release": {
        const lock = this.locks.get(command.fence);
        if (lock === undefined) return;
        if (lock.holds > 1) this.locks.set(lock.fence, { ...lock, holds: lock.holds - 1 });
        else this.locks.delete(lock.fence);
        return;
      }
      case "lock.downgrade": {
        const lock = this.locks.get(command.fence);
        if (lock !== undefined) this.locks.set(lock.fence, { ...lock, mode: "shared" });
        return;
      }
      case "lock.transfer":
        this.locks.delete(command.fence);
        return;
      case "lock.cancel":
        this.waits.delete(command.acquire);
        return;
      case "wait.declare":
        if (result.status === "declared") this.declared.add(result.declared);
        return;
      case "wait.end":
        this.declared.delete(command.declared);
        return;
      case "intent.announce":
        if (result.status === "announced") this.intents.set(result.intent, { intent: result.intent, committed: false });
        return;
      case "intent.commit":
        if (this.intents.has(command.intent)) this.intents.set(command.intent, { intent: command.intent, committed: true });
        return;
      case "intent.fulfil":
      case "intent.withdraw":
        this.intents.delete(command.intent);
        return;
      case "election.campaign":
      case "election.observe":
        this.#group(command.group, command.type === "election.campaign" ? { campaigns: true } : { observes: true });
        if (result.status === "leads" && result.leader !== null) this.led(command.group, result.leader, undefined);
        return;
      case "election.resign":
        return this.#group(command.group, { campaigns: false });
      case "election.unobserve":
        return this.#group(command.group, { observes: false });
      default:
        return;
    }
  }

  /** Another leads, or nobody after the one of a term. What comes late is no news. */
  led(group: string, leader: Leader | null, ended: string | undefined): void {
    const { heard, leader: known } = this.groups.get(group) ?? newGroup;
    if (leader !== null && BigInt(leader.term) >= BigInt(heard)) this.#group(group, { leader, heard: leader.term, ballot: undefined });
    else if (leader === null && known?.term === ended) this.#group(group, { leader: null });
  }

  /** Whom the server says not to lead does not lead. */
  notLeader(group: string, term: string): void {
    if (this.groups.get(group)?.leader?.term === term) this.#group(group, { leader: null });
  }

  asked(group: string, ballot: Ballot): void {
    this.#group(group, { ballot });
  }

  candidacyEnded(group: string): void {
    this.#group(group, { campaigns: false });
  }

  #group(group: string, change: Partial<KnownGroup>): void {
    this.groups.set(group, { ...(this.groups.get(group) ?? newGroup), ...change });
  }

  /** A lock has come, or has come once more. */
  took(lock: Known): void {
    const known = this.locks.get(lock.fence);
    this.locks.set(lock.fence, known === undefined ? lock : { ...lock, holds: known.holds + 1 });
  }

  refenced(fence: string, newFence: string): void {
    const lock = this.locks.get(fence);
    if (lock === undefined) return;
    this.locks.delete(fence);
    this.locks.set(newFence, { ...lock, fence: newFence, mode: "exclusive" });
  }
}
