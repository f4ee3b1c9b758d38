import { type Event, type Finding, type Lock, type LockOrder, limits } from "../../model/index.ts";
import { overlaps, type State, settingsOf } from "../../state/index.ts";
import { formatDuration } from "../words.ts";
import { type Detector, findingId, keepNewest } from "./detector.ts";

/** Orders that are remembered; the one not seen for the longest is forgotten first. */
const ordersAtMost = 20_000;
/** Of one resource, what was taken after it. */
const nextAtMost = 64;
/** Ways in which one order was seen: by whom, under which gates. */
const sightingsKept = 4;
/** Held locks that one more lock is put in order with. */
const heldAtMost = 16;
const cycleAtMost = 4;
const stepsAtMost = 400;
const predictionsAtMost = 100;
/** An order that nobody followed for so long is past. */
const rememberMs = 3_600_000;

type Asked = Pick<Lock, "resource" | "mode">;

interface Sighting {
  readonly agent: string;
  /** What it held beside `first`, exclusively: two who both need the same of it never meet. */
  readonly gates: readonly string[];
  readonly firstShared: boolean;
  readonly nextShared: boolean;
  readonly intent: string | undefined;
  atMs: number;
}

/** Most orders are seen in one way only: the first sighting is part of the record itself. */
interface Order extends Sighting {
  readonly first: string;
  readonly next: string;
  more: Sighting[] | undefined;
  /** Another order with the same `first`. */
  sibling: Order | undefined;
  /** Its place among those that are looked at in turn to be forgotten. */
  slot: number;
  /** Looked at before as one that might be forgotten, and kept because it was seen since then. */
  keptMs: number;
}

interface Prediction {
  readonly finding: string;
  readonly sinceMs: number;
  readonly cycle: readonly { readonly order: Order; readonly sighting: Sighting }[];
}

/**
 * Deadlocks that have not happened: two resources were taken in opposite orders (or more of them in a ring) by different
 * agents, and nothing kept these from meeting. The lock-order graph of Goodlock (Havelund 2000; Bensalem, Havelund 2005): a
 * cycle counts only when each of its orders is another agent's and no gate lock is common to two of them. What somebody
 * announced to use while it holds something is an order too, as long as the intent stands. Memory: at most 20,000 orders
 * with four sightings each, 100 predictions.
 */
export class LockOrderDetector implements Detector {
  /** By `first`: a chain of siblings, the newest first. */
  readonly #orders = new Map<string, Order>();
  /** The same orders; the clock's hand goes round them to find one to forget. */
  readonly #ring: Order[] = [];
  #hand = 0;
  readonly #predictions = new Map<string, Prediction>();

  get size(): number {
    return this.#ring.length + this.#predictions.size;
  }

  feed(event: Event, state: State): void {
    switch (event.type) {
      case "lock.granted":
        this.#taken(state, event.session, event.agent, event.locks, event.atMs);
        for (const lock of event.locks) this.#announcedBeside(state, lock, event.atMs);
        return;
      case "lock.queued":
        return this.#taken(state, event.wait.session, event.wait.agent, event.wait.wants, event.atMs);
      case "intent.announced": {
        const { session, agent, uses, intent } = event.intent;
        return this.#taken(state, session, agent, uses, event.atMs, intent);
      }
      default:
        return;
    }
  }

  findings(state: State, nowMs: number): Finding[] {
    const findings: Finding[] = [];
    for (const [id, prediction] of this.#predictions) {
      if (prediction.cycle.every(({ sighting }) => stands(state, sighting, nowMs))) findings.push(describe(prediction, nowMs));
      else this.#predictions.delete(id);
    }
    return findings;
  }

  /** A session that holds something takes, or asks for, or announces more. */
  #taken(state: State, session: string, agent: string, wants: readonly Asked[], atMs: number, intent?: string): void {
    const own = state.bySession.get(session)?.locks;
    if (own === undefined || own.size === 0) return;
    let seen = 0;
    for (const fence of own) {
      const first = state.locks.get(fence);
      if (first === undefined || first.level !== "sequenced") continue;
      for (const want of wants) if (first.resource !== want.resource) this.#saw(state, own, first, want, wants, agent, atMs, intent);
      if (++seen >= heldAtMost) return;
    }
  }

  /** It took something while it has plans: what it announced comes after this. */
  #announcedBeside(state: State, lock: Lock, atMs: number): void {
    const intents = state.bySession.get(lock.session)?.intents;
    if (intents === undefined || intents.size === 0) return;
    for (const id of intents) {
      const intent = state.intents.get(id);
      if (intent !== undefined && intent.announcedMs < atMs) this.#taken(state, lock.session, lock.agent, intent.uses, atMs, id);
    }
  }

  #saw(
    state: State,
    own: ReadonlySet<string>,
    first: Lock,
    next: Asked,
    wants: readonly Asked[],
    agent: string,
    atMs: number,
    intent: string | undefined,
  ): void {
    const newest = this.#orders.get(first.resource);
    let known = newest;
    while (known !== undefined && known.next !== next.resource) known = known.sibling;
    // What cannot block, what is within what it has, what it asks for in one request: none of these makes an order.
    if (known === undefined && (!canBlock(state, first.resource) || !canBlock(state, next.resource))) return;
    // That an order is known says that its own two do not overlap.
    if ((known === undefined || wants.length > 1) && wants.some((want) => overlaps(want.resource, first.resource))) return;
    const gates = own.size === 1 ? noGates : gatesOf(state, own, first, wants);
    const firstShared = first.mode === "shared";
    const nextShared = next.mode === "shared";
    if (known === undefined) {
      const order: Order = {
        first: first.resource,
        next: next.resource,
        agent,
        gates,
        firstShared,
        nextShared,
        intent,
        atMs,
        more: undefined,
        sibling: undefined,
        slot: 0,
        keptMs: atMs,
      };
      this.#add(order);
      if (this.#orders.has(next.resource)) this.#predict(state, order, order, atMs);
      return;
    }
    for (const one of sightingsOf(known)) {
      const same = one.agent === agent && one.intent === intent && one.firstShared === firstShared && one.nextShared === nextShared;
      if (!same || (one.gates !== gates && (one.gates.length !== gates.length || !one.gates.every((gate, at) => gate === gates[at])))) continue;
      one.atMs = atMs;
      return;
    }
    const sighting: Sighting = { agent, gates, firstShared, nextShared, intent, atMs };
    known.more ??= [];
    keepNewest(known.more, sighting, sightingsKept - 1);
    if (this.#orders.has(next.resource)) this.#predict(state, known, sighting, atMs);
  }

  /** Does the new sighting close a ring of orders? A bounded search from its end back to its begin. */
  #predict(state: State, order: Order, sighting: Sighting, atMs: number): void {
    let steps = 0;
    const cycle = [{ order, sighting }];
    const search = (at: string): boolean => {
      for (let next = this.#orders.get(at); next !== undefined; next = next.sibling) {
        for (const other of sightingsOf(next)) {
          if (++steps > stepsAtMost) return true;
          const before = cycle.at(-1) as (typeof cycle)[number];
          if (!stands(state, other, atMs) || (before.sighting.nextShared && other.firstShared)) continue;
          if (cycle.some((one) => one.sighting.agent === other.agent || haveGate(one.sighting.gates, other.gates))) continue;
          if (next.next === order.first) {
            if (other.nextShared && sighting.firstShared) continue;
            return this.#found([...cycle, { order: next, sighting: other }], atMs);
          }
          if (cycle.length + 1 >= cycleAtMost || cycle.some((one) => one.order.first === next.next)) continue;
          cycle.push({ order: next, sighting: other });
          if (search(next.next)) return true;
          cycle.pop();
        }
      }
      return false;
    };
    search(order.next);
  }

  #found(cycle: Prediction["cycle"], atMs: number): boolean {
    const finding = findingId(
      "lockOrder",
      cycle.map(({ order }) => order.first),
    );
    const sinceMs = this.#predictions.get(finding)?.sinceMs ?? atMs;
    if (this.#predictions.size < predictionsAtMost || this.#predictions.has(finding)) this.#predictions.set(finding, { finding, sinceMs, cycle });
    return true;
  }

  #add(order: Order): void {
    if (this.#ring.length < ordersAtMost) {
      order.slot = this.#ring.length;
      this.#ring.push(order);
    } else {
      const oldest = this.#oldest();
      this.#unlink(oldest);
      order.slot = oldest.slot;
      this.#ring[order.slot] = order;
    }
    order.sibling = this.#orders.get(order.first);
    this.#orders.set(order.first, order);
    this.#shorten(order);
  }

  /** The hand goes round: whoever was seen since it came by last has another turn (the clock of page replacement, Corbató 1968). */
  #oldest(): Order {
    for (let turns = 0; ; turns++) {
      const order = this.#ring[this.#hand] as Order;
      this.#hand = (this.#hand + 1) % this.#ring.length;
      const seenMs = order.more === undefined ? order.atMs : Math.max(...sightingsOf(order).map((one) => one.atMs));
      if (seenMs <= order.keptMs || turns >= 8) return order;
      order.keptMs = seenMs;
    }
  }

  #unlink(order: Order): void {
    let at = this.#orders.get(order.first);
    if (at === order) {
      if (order.sibling === undefined) this.#orders.delete(order.first);
      else this.#orders.set(order.first, order.sibling);
      return;
    }
    while (at !== undefined && at.sibling !== order) at = at.sibling;
    if (at !== undefined) at.sibling = order.sibling;
  }

  /** A chain that grew too long loses its oldest; the slot of that one is used again when the hand comes by. */
  #shorten(newest: Order): void {
    let last = newest;
    for (let length = 1; last.sibling !== undefined; length++) {
      if (length >= nextAtMost) last.sibling = undefined;
      else last = last.sibling;
    }
  }
}

function sightingsOf(order: Order): readonly Sighting[] {
  return order.more === undefined ? [order] : [order, ...order.more];
}

/** One holder keeps everybody else out of it: of a semaphore's units or an advisory lock nobody can say so. */
function canBlock(state: State, resource: string): boolean {
  const { level, capacity } = settingsOf(state, resource);
  return level === "sequenced" && capacity === 1;
}

const noGates: readonly string[] = [];

/** What it held already, beside `first`, when it came to want the rest. */
function gatesOf(state: State, own: ReadonlySet<string>, first: Lock, wants: readonly Asked[]): readonly string[] {
  if (own.size === 1) return noGates;
  const gates: string[] = [];
  for (const fence of own) {
    const lock = state.locks.get(fence);
    // Somebody else may hold a unit of a semaphore, or share, at the same time: that is no gate.
    if (
      lock === undefined ||
      lock === first ||
      wants.some((want) => want.resource === lock.resource) ||
      lock.mode !== "exclusive" ||
      lock.level !== "sequenced"
    )
      continue;
    if (settingsOf(state, lock.resource).capacity === 1) gates.push(lock.resource);
    if (gates.length >= heldAtMost) break;
  }
  return gates.sort();
}

function haveGate(a: readonly string[], b: readonly string[]): boolean {
  return a.length > 0 && b.length > 0 && a.some((gate) => b.some((other) => overlaps(gate, other)));
}

function stands(state: State, sighting: Sighting, nowMs: number): boolean {
  return nowMs - sighting.atMs < rememberMs && (sighting.intent === undefined || state.intents.has(sighting.intent));
}

function describe({ finding, sinceMs, cycle }: Prediction, nowMs: number): Finding {
  const orders: LockOrder[] = cycle.map(({ order, sighting }) => ({
    agent: sighting.agent,
    first: order.first,
    next: order.next,
    ...(sighting.intent !== undefined && { intent: sighting.intent }),
    atMs: sighting.atMs,
  }));
  const names = [...new Set(orders.map((order) => order.first))].sort();
  return {
    finding,
    kind: "lockOrder",
    agents: orders.map((order) => order.agent),
    resources: names.slice(0, limits.findingSubjects),
    because: [
      ...orders.map(({ agent, first, next, intent, atMs }) =>
        intent === undefined
          ? `${agent} took ${first}, then ${next}, ${formatDuration(nowMs - atMs)} ago`
          : `${agent} holds ${first} and announced ${next} (intent ${intent})`,
      ),
      "nothing that they had in common keeps them from meeting",
    ],
    sinceMs,
    orders,
    plan: { act: "order", resource: names[0], why: `Take ${names.join(", then ")}, always in this order; the policy "ordered" sees to it.` },
  };
}
