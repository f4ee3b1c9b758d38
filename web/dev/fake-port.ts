import type { Answer, Effect, Event } from "../../shared/model/index.ts";
import type { History, HistoryAnswer, PreviewAnswer, StateAnswer, VitalsAnswer } from "../../shared/protocol/index.ts";
import { nextFence } from "../../shared/state/index.ts";
import { type Act, type OperatorPort, setPort } from "../connection/port.ts";
import { EventLog } from "../stores/event-log.ts";
import { liveStore } from "../stores/world.ts";
import { FakeFleet } from "./fake-world.ts";

const frameMs = 50;

/** Stands in for a server while one works on the dashboard: `?fake=200`. Not part of a build. */
export class FakePort implements OperatorPort {
  readonly #fleet: FakeFleet;
  readonly #past: Event[];
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(fleet: FakeFleet, past: Event[]) {
    this.#fleet = fleet;
    this.#past = past;
    this.#timer = setInterval(() => this.#publish(this.#fleet.run(Date.now())), frameMs);
  }

  async act(act: Act): Promise<Answer> {
    const actor = { principal: "dana", role: "operator" } as const;
    const atMs = Date.now();
    if (act.type === "lock.forceRelease" && !this.#fleet.force(act.fence, act.reason, atMs)) {
      return {
        id: "fake",
        ok: false,
        error: { code: "notFound", message: `No lock on ${act.resource} has fence ${act.fence} any more: somebody was faster.` },
      };
    }
    if (act.type === "resource.configure")
      this.#fleet.put(atMs, { type: "resource.configured", pattern: act.pattern, settings: act.settings, actor, reason: act.reason });
    if (act.type === "resource.freeze") this.#fleet.put(atMs, { type: "resource.frozen", resource: act.resource, actor, reason: act.reason });
    if (act.type === "resource.thaw") this.#fleet.put(atMs, { type: "resource.thawed", resource: act.resource, actor, reason: act.reason });
    this.#publish(this.#fleet.take());
    return { id: "fake", ok: true, result: { status: "done" } };
  }

  async preview(act: Act): Promise<PreviewAnswer> {
    const effect: Effect = { loses: [], gains: [], dequeues: [], guards: [], keeps: [], leads: [], lockDelayMs: 0 };
    if (act.type !== "lock.forceRelease") return { ok: true, effect };
    const { state } = this.#fleet;
    const lock = state.locks.get(act.fence);
    if (lock === undefined) return { ok: false, error: { code: "notFound", message: `No lock on ${act.resource} has fence ${act.fence} any more.` } };
    const first = state.index.waits.at(lock.resource)[0];
    const below = nextFence(state.lastFence);
    const atMs = Date.now();
    effect.loses.push({ agent: lock.agent, resource: lock.resource, fence: lock.fence, heldMs: atMs - lock.grantedMs });
    if (first !== undefined) effect.gains.push({ agent: first.agent, resource: lock.resource, fence: below, waitedMs: atMs - first.queuedMs, afterMs: 0 });
    if (lock.guarded) effect.guards.push({ resource: lock.resource, agent: lock.agent, below });
    return { ok: true, effect };
  }

  async history({ after = 0, to = Infinity, newest = false, acts = false, limit = 1_000 }: History): Promise<HistoryAnswer> {
    const fitting = this.#past.filter(
      (event) => event.position > after && event.position <= to && (!acts || "actor" in event || event.type === "guard.refused"),
    );
    const events = newest ? fitting.slice(-limit).reverse() : fitting.slice(0, limit);
    return { ok: true, events, more: fitting.length > events.length };
  }

  async state(): Promise<StateAnswer> {
    return { ok: true, snapshot: null, oldest: 1 };
  }

  async vitals(sessions: readonly string[]): Promise<VitalsAnswer> {
    const serverMs = Date.now();
    return { ok: true, serverMs, vitals: sessions.map((session) => ({ session, renewedMs: serverMs - 2_000 })) };
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #publish(events: Event[]): void {
    if (events.length === 0) return;
    for (const event of events) this.#past.push(event);
    const { events: log, revision } = liveStore.getState();
    log.append(events);
    liveStore.setState({ revision: revision + 1, lastSeenMs: Date.now() });
  }
}

/** Shows a made-up fleet of this size that goes on working. */
export function connectFake(agents: number): void {
  const startMs = Date.now() - 600_000;
  const fleet = new FakeFleet({ agents, startMs });
  const before = fleet.run(Date.now() - 252_000);
  fleet.trouble(Date.now() - 252_000);
  const past = [...before, ...fleet.take(), ...fleet.run(Date.now())];
  const events = new EventLog();
  events.append(past);
  setPort(new FakePort(fleet, past));
  liveStore.setState({
    status: "live",
    space: "main",
    spaces: ["main", "staging"],
    actor: { principal: "dana", role: "operator" },
    state: fleet.state,
    revision: 1,
    events,
    serverOffsetMs: 0,
    lastSeenMs: Date.now(),
  });
}
