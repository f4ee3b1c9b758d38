import type { Model } from "./models.ts";
import type { Operation } from "./operation.ts";

/**
 * Is there an order of all operations of one object, each at one instant between question and answer, that the model
 * allows? The search of Wing and Gong (1993, "Testing and Verifying Concurrent Objects") with Lowe's memory of what was
 * tried (2017, "Testing for Linearizability"): a pair of the set placed so far and the state reached is looked at once.
 *
 * Answered operations are numbered by when they were answered. So the set placed is `next`, the first that is missing,
 * and `early`, the few beyond it: what may be placed is whatever was asked before `next` was answered. Those that may or
 * may not have happened are counted by kind: of equal ones the one asked first goes first.
 *
 * Appends come in as many orders as there are, all different, until somebody reads: so where a model says what a state
 * can still become, a state from which the next read can not come out is given up at once.
 */

export type Found =
  | { readonly ok: true; readonly order: readonly Operation[]; readonly steps: number }
  | { readonly ok: false; readonly deadEnd: DeadEnd; readonly steps: number }
  /** The bound was reached. */
  | { readonly ok: null; readonly steps: number };

/** How far one can get. */
export interface DeadEnd {
  /** The longest order: everything answered before `first` was, and what had to go with it. */
  readonly order: readonly Operation[];
  /** The first answer that no order explains: known to be wrong from its `completedAt` on. */
  readonly first: Operation;
  /** Asked by then, not in the order, `first` among them. */
  readonly open: readonly Operation[];
  /** What the object could be at that moment, in words; of many states the first few. */
  readonly states: string;
}

interface Placed {
  readonly operation: Operation;
  readonly before: Placed | undefined;
}

interface Node<S> {
  next: number;
  /** Numbers above `next`, rising. */
  early: readonly number[];
  /** How many of each kind of the uncertain ones were placed. */
  readonly used: readonly number[];
  readonly state: S;
  placed: Placed | undefined;
  count: number;
}

const statesTold = 4;

/** `operations` of one key; failed ones are left out. Bounded by `maxSteps` tries, so that it ends the same way everywhere. */
export function search<S>(operations: readonly Operation[], model: Model<S>, maxSteps: number): Found {
  const answered = operations.filter((one) => one.outcome === "ok").sort((a, b) => answeredAt(a) - answeredAt(b) || a.invokedAt - b.invokedAt);
  const kinds = kindsOf(operations.filter((one) => one.outcome === "unknown" && !model.readsOnly(one)));
  const open = openAt(answered, maxSteps * 8);
  if (open === undefined) return { ok: null, steps: maxSteps };
  const reach: readonly (readonly number[])[] = open;
  const nextRead = nextReads(answered.map((one) => model.readsOnly(one)));
  const seen = new Set<string>();
  const numbers = new Map<string, number>();
  /** A number for a state: its text may be long. */
  const numberOf = (state: S): number => {
    const key = model.keyOf(state);
    const known = numbers.get(key) ?? numbers.size;
    if (known === numbers.size) numbers.set(key, known);
    return known;
  };
  let steps = 0;
  let furthest: Node<S> | undefined;
  let longest = 0;
  let states = new Map<string, S>();

  /** What reads only and fits is placed at once: it can stand in nobody's way. */
  const settle = (node: Node<S>): void => {
    for (let again = true; again && node.next < answered.length; ) {
      again = false;
      for (const at of [node.next, ...(reach[node.next] as readonly number[])]) {
        const operation = answered[at] as Operation;
        if (!model.readsOnly(operation) || node.early.includes(at)) continue;
        steps += 1;
        if (model.step(node.state, operation) === undefined) continue;
        const moved = advance(node.next, node.early, at);
        again ||= moved.next > node.next;
        Object.assign(node, moved, { placed: { operation, before: node.placed }, count: node.count + 1 });
        if (again) break;
      }
    }
  };

  /**
   * Looks ahead to the next read to be placed. `lost`: it can not come out any more, neither from here nor from what may
   * still set the state anew. `moot`: it takes something that sets the state anew, and no other read is told what is there
   * now; then all states are alike.
   */
  const lookAhead = (node: Node<S>): { readonly lost?: number; readonly moot?: boolean } => {
    const { mayLeadTo } = model;
    if (mayLeadTo === undefined) return {};
    const isOpen = (at: number) => !node.early.includes(at);
    let at = nextRead[node.next] as number;
    while (!isOpen(at)) at = nextRead[at + 1] as number;
    const read = answered[at];
    if (read === undefined || mayLeadTo(node.state, read)) return {};
    const open = (reach[at] as readonly number[]).filter(isOpen).map((index) => answered[index] as Operation);
    const between = answered.slice(node.next, at).filter((_, index) => isOpen(node.next + index));
    const uncertain = kinds.flatMap((alike, kind) => alike[node.used[kind] as number] ?? []).filter((one) => one.invokedAt <= answeredAt(read));
    const anew = [...between, ...open, ...uncertain].some((one) => {
      const state = model.setsAnew?.(one) === true ? model.step(node.state, one) : undefined;
      return state !== undefined && mayLeadTo(state, read);
    });
    if (!anew) return { lost: at };
    return { moot: !open.some((one) => model.readsOnly(one) && mayLeadTo(node.state, one)) };
  };

  /** As far as one gets towards a lost read: everything that was answered before it. */
  const upTo = (node: Node<S>, read: number): Node<S> => {
    const far = { ...node };
    while (far.next < read) {
      const operation = answered[far.next] as Operation;
      const { next, early } = advance(far.next, far.early, far.next);
      Object.assign(far, { next, early, state: model.step(far.state, operation), placed: { operation, before: far.placed }, count: far.count + 1 });
    }
    return far;
  };

  const remember = (node: Node<S>): void => {
    if (furthest === undefined || node.next > furthest.next) {
      states = new Map();
      longest = -1;
    }
    if (furthest !== undefined && node.next < furthest.next) return;
    if (node.count > longest) {
      furthest = node;
      longest = node.count;
    }
    if (states.size < statesTold) states.set(model.keyOf(node.state), node.state);
  };

  /** Nodes one step further, those that must come soonest first. */
  const stepsFrom = function* (node: Node<S>): Generator<Node<S>> {
    for (const at of [node.next, ...(reach[node.next] as readonly number[])]) {
      if (node.early.includes(at)) continue;
      const operation = answered[at] as Operation;
      if (model.readsOnly(operation)) continue;
      steps += 1;
      const state = model.step(node.state, operation);
      if (state === undefined) continue;
      const { next, early } = advance(node.next, node.early, at);
      yield { next, early, used: node.used, state, placed: { operation, before: node.placed }, count: node.count + 1 };
    }
    const byMs = answeredAt(answered[node.next] as Operation);
    for (const [kind, alike] of kinds.entries()) {
      const operation = alike[node.used[kind] as number];
      if (operation === undefined || operation.invokedAt > byMs) continue;
      steps += 1;
      const state = model.step(node.state, operation);
      if (state === undefined || model.keyOf(state) === model.keyOf(node.state)) continue;
      const used = node.used.with(kind, (node.used[kind] as number) + 1);
      yield { next: node.next, early: node.early, used, state, placed: { operation, before: node.placed }, count: node.count + 1 };
    }
  };

  const root: Node<S> = { next: 0, early: [], used: kinds.map(() => 0), state: model.initial, placed: undefined, count: 0 };
  settle(root);
  remember(root);
  if (root.next === answered.length) return { ok: true, order: orderOf(root), steps };
  const path = [stepsFrom(root)];
  while (path.length > 0) {
    const step = (path.at(-1) as Generator<Node<S>>).next();
    if (steps > maxSteps) return { ok: null, steps };
    if (step.done === true) {
      path.pop();
      continue;
    }
    const node = step.value;
    settle(node);
    if (node.next === answered.length) return { ok: true, order: orderOf(node), steps };
    const { lost, moot } = lookAhead(node);
    const key = `${node.next};${node.early.join()};${node.used.join()};${moot === true ? "" : numberOf(node.state)}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (lost !== undefined) {
      if (furthest === undefined || lost >= furthest.next) remember(upTo(node, lost));
      continue;
    }
    remember(node);
    path.push(stepsFrom(node));
  }
  return { ok: false, deadEnd: deadEndOf(furthest as Node<S>, model.words([...states.values()])), steps };

  function deadEndOf(node: Node<S>, words: string): DeadEnd {
    const first = answered[node.next] as Operation;
    const others = (reach[node.next] as readonly number[]).filter((at) => !node.early.includes(at)).map((at) => answered[at] as Operation);
    return { order: orderOf(node), first, open: [first, ...others], states: words };
  }
}

function answeredAt(operation: Operation): number {
  return operation.completedAt ?? Number.POSITIVE_INFINITY;
}

/** For each place the first read at it or after it; their number where there is none. */
function nextReads(isRead: readonly boolean[]): number[] {
  const next = [...isRead.map(() => 0), isRead.length];
  for (let at = isRead.length - 1; at >= 0; at--) next[at] = isRead[at] === true ? at : (next[at + 1] as number);
  return next;
}

/** Equal calls of uncertain fate, in the order they were asked. */
function kindsOf(uncertain: readonly Operation[]): Operation[][] {
  const kinds = new Map<string, Operation[]>();
  for (const operation of [...uncertain].sort((a, b) => a.invokedAt - b.invokedAt)) {
    const { call, process } = operation;
    const kind = JSON.stringify(call.f === "acquire" || call.f === "release" ? [call, process] : call);
    const alike = kinds.get(kind);
    if (alike === undefined) kinds.set(kind, [operation]);
    else alike.push(operation);
  }
  return [...kinds.values()];
}

/** For each answered operation the later answered ones that had been asked by its answer. Undefined when those are more than `atMost` in all. */
function openAt(answered: readonly Operation[], atMost: number): (readonly number[])[] | undefined {
  const asked = answered.map((_, at) => at).sort((a, b) => (answered[a] as Operation).invokedAt - (answered[b] as Operation).invokedAt);
  const open: number[] = [];
  const reach: (readonly number[])[] = [];
  let total = 0;
  let come = 0;
  for (const [at, operation] of answered.entries()) {
    for (; come < asked.length; come++) {
      const other = asked[come] as number;
      if ((answered[other] as Operation).invokedAt > answeredAt(operation)) break;
      if (other >= at) open.splice(placeOf(open, other), 0, other);
    }
    open.shift();
    total += open.length;
    if (total > atMost) return undefined;
    reach.push(open.length === 0 ? none : open.slice());
  }
  return reach;
}

const none: readonly number[] = [];

/** Where a number belongs in a rising list. */
function placeOf(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The set placed, with `at` in it. */
function advance(next: number, early: readonly number[], at: number): { next: number; early: readonly number[] } {
  if (at !== next) return { next, early: early.toSpliced(placeOf(early, at), 0, at) };
  let after = next + 1;
  let skipped = 0;
  while (early[skipped] === after) {
    after += 1;
    skipped += 1;
  }
  return { next: after, early: skipped === 0 ? early : early.slice(skipped) };
}

function orderOf(node: { readonly placed: Placed | undefined }): Operation[] {
  const order: Operation[] = [];
  for (let one = node.placed; one !== undefined; one = one.before) order.push(one.operation);
  return order.reverse();
}
