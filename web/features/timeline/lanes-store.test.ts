import { beforeEach, describe, expect, it } from "vitest";
import type { Event } from "../../../shared/model/index.ts";
import type { History, HistoryAnswer } from "../../../shared/protocol/index.ts";
import { emptyState, evolve, fromSnapshot, toSnapshot } from "../../../shared/state/index.ts";
import { setPort } from "../../connection/port.ts";
import { buildLanes, presentOf } from "../../projections/lanes.ts";
import { sampleEvents, takeEvents } from "../../projections/lanes-sample.ts";
import { EventLog } from "../../stores/event-log.ts";
import { worldStore } from "../../stores/world.ts";
import { lanesStore, loadOlder, watchLanes } from "./lanes-store.ts";

const events = takeEvents(sampleEvents({ agents: 9, resources: 12, seed: 21 }), 900);
const asked: History[] = [];

function stateAt(position: number) {
  const state = emptyState("main");
  for (const event of events.slice(0, position)) evolve(state, event);
  return state;
}

/** A server with the whole history; `fails` lets it refuse. */
function serve(options: { page: number; fails?: boolean }): void {
  const answer = async (query: History): Promise<HistoryAnswer> => {
    asked.push(query);
    if (options.fails === true) return { ok: false, error: { code: "unavailable", message: "no" } };
    const fitting = events.filter((event) => event.position <= (query.to ?? Infinity)).slice(-options.page);
    return { ok: true, events: fitting.reverse(), more: false };
  };
  const refuse = async () => {
    throw new Error("not asked for here");
  };
  setPort({ act: refuse, preview: refuse, state: refuse, vitals: refuse, history: answer, close: () => {} });
}

function look(position: number, logged: readonly Event[]): EventLog {
  const log = new EventLog(2_000, position - logged.length);
  log.append(logged);
  worldStore.setState({ status: "live", state: stateAt(position), events: log, revision: 1 });
  return log;
}

const openKeys = () => [...lanesStore.getState().lanes.open.keys()].sort();

describe("the lanes of the dashboard", () => {
  let stop = () => {};
  beforeEach(() => {
    stop();
    asked.length = 0;
    serve({ page: 100 });
    return () => stop();
  });

  it("knows from the state what lasts since before its log", () => {
    look(500, []);
    stop = watchLanes();
    expect(openKeys()).toEqual([...buildLanes(events.slice(0, 500), null).open.keys()].sort());
  });

  it("follows the log, and takes the older pages that the connection fills in", () => {
    const log = look(500, []);
    stop = watchLanes();
    const state = worldStore.getState().state!;
    const news = events.slice(500, 560);
    for (const event of news) evolve(state, event);
    log.append(news);
    log.prepend(events.slice(300, 500));
    log.prepend(events.slice(0, 300));
    const { lanes, older } = lanesStore.getState();
    expect(older).toBe("begin");
    expect([lanes.fromPosition, lanes.position]).toEqual([0, 560]);
    expect(openKeys()).toEqual([...buildLanes(events.slice(0, 560), presentOf(state)).open.keys()].sort());
    expect(lanes.times).toEqual(events.slice(0, 560).map(({ atMs }) => atMs));
  });

  it("asks for older pages one at a time until the journal begins", async () => {
    look(500, events.slice(450, 500));
    stop = watchLanes();
    await Promise.all([loadOlder(), loadOlder()]);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ newest: true, to: 450 });
    for (let page = 0; page < 10; page++) await loadOlder();
    expect(asked).toHaveLength(5);
    const { lanes, older } = lanesStore.getState();
    expect(older).toBe("begin");
    expect(lanes.fromPosition).toBe(0);
    expect(lanes.closed.length).toBe(buildLanes(events.slice(0, 500), null).closed.length);
  });

  it("says when history cannot be had, and does not ask again by itself", async () => {
    serve({ page: 100, fails: true });
    look(500, []);
    stop = watchLanes();
    await loadOlder();
    expect(lanesStore.getState().older).toBe("failed");
  });

  it("begins anew with a fresh snapshot, and only once its state is there", () => {
    const log = look(500, events.slice(400, 500));
    stop = watchLanes();
    log.reset(800);
    expect(lanesStore.getState().lanes.position).toBe(0);
    log.append(events.slice(800, 810));
    expect(lanesStore.getState().lanes.position).toBe(0);
    worldStore.setState({ state: fromSnapshot(toSnapshot(stateAt(810))), revision: 2 });
    expect(lanesStore.getState().lanes.position).toBe(810);
    expect(openKeys()).toEqual([...buildLanes(events.slice(0, 810), null).open.keys()].sort());
  });
});
