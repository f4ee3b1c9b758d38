import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Gateway } from "../gateway/gateway.ts";
import type { Space } from "../host/space.ts";

/** What Prometheus can ask. Counters of the spaces are read when they are asked for, not kept a second time. */
export function createMetrics(spaces: ReadonlyMap<string, Space>, gateway: Gateway): Registry {
  const registers = [new Registry()];
  const labelNames = ["space"] as const;
  const [registry] = registers;
  if (registry === undefined) throw new Error("unreachable");
  // Process figures and the lag of the event loop (nodejs_eventloop_lag_*).
  collectDefaultMetrics({ register: registry });

  const perSpace = (name: string, help: string, value: (space: Space) => number) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        for (const space of spaces.values()) this.set({ space: space.name }, value(space));
      },
    });
  const counted = (name: string, help: string, value: (space: Space) => number) =>
    new Counter({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        for (const space of spaces.values()) this.inc({ space: space.name }, value(space));
      },
    });

  counted("signalbox_commands_total", "Commands taken in, from agents, operators and the server itself", (space) => space.measures.commands);
  counted("signalbox_events_total", "Events made durable", (space) => space.measures.events);
  counted("signalbox_checkpoints_total", "Checkpoints written", (space) => space.measures.checkpoints);
  perSpace("signalbox_position", "Position of the last durable event", (space) => space.durablePosition);
  perSpace("signalbox_undurable_events", "Events decided and not yet durable", (space) => space.state.position - space.durablePosition);
  perSpace("signalbox_sessions", "Live sessions", (space) => space.state.sessions.size);
  perSpace("signalbox_locks", "Locks held or in their lock-delay", (space) => space.state.locks.size);
  perSpace("signalbox_waits", "Requests in queues", (space) => space.state.waits.size);
  perSpace("signalbox_groups", "Groups with an election", (space) => space.state.elections.size);
  perSpace("signalbox_groups_without_leader", "Groups that nobody leads though somebody campaigns", (space) => leaderless(space));
  counted("signalbox_elected_total", "Leaders elected", (space) => space.measures.elected);
  perSpace("signalbox_running", "1 while the space runs, 0 once it stopped", (space) => (space.stoppedReason === undefined ? 1 : 0));
  new Counter({
    name: "signalbox_refusals_total",
    help: "Commands and messages refused, by code",
    labelNames: ["space", "code"],
    registers,
    collect() {
      this.reset();
      for (const space of spaces.values()) for (const [code, count] of space.measures.refusals) this.inc({ space: space.name, code }, count);
    },
  });
  new Gauge({
    name: "signalbox_connections",
    help: "Open connections of agents, and viewers that get frames",
    labelNames: ["kind"],
    registers,
    collect() {
      this.set({ kind: "agent" }, gateway.agents);
      this.set({ kind: "viewer" }, gateway.viewers);
    },
  });

  const flush = new Histogram({
    name: "signalbox_flush_seconds",
    help: "Time to make one batch of events durable",
    labelNames,
    registers,
    buckets: [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2],
  });
  const batch = new Histogram({
    name: "signalbox_batch_events",
    help: "Events of one batch",
    labelNames,
    registers,
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 1024],
  });
  for (const space of spaces.values()) {
    const labels = { space: space.name };
    space.measures.onFlush = (seconds, events) => {
      flush.observe(labels, seconds);
      batch.observe(labels, events);
    };
  }
  return registry;
}

function leaderless({ state }: Space): number {
  let groups = 0;
  for (const { leader, candidates } of state.elections.values()) if (leader === undefined && candidates.length > 0) groups += 1;
  return groups;
}
