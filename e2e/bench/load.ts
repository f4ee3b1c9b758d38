import type { LoadOrder, LockClient, OpenClient } from "./client.ts";
import { openEtcd } from "./etcd-client.ts";
import { quantile } from "./figures.ts";
import { openRedis } from "./redis-client.ts";
import type { LoadMessage, Measured } from "./scenarios.ts";
import { openEcho, openSignalbox } from "./socket-clients.ts";

/** The load process: opens all clients of a scenario, lets them run, sends what it measured to its parent. */

const open: Record<LoadOrder["client"], OpenClient> = { echo: openEcho, signalbox: openSignalbox, redis: openRedis, etcd: openEtcd };

async function load(order: LoadOrder): Promise<Measured> {
  const { scenario } = order;
  const clients: LockClient[] = [];
  for (let index = 0; index < scenario.connections; index++) clients.push(await open[order.client](order.url, index, scenario.batch));

  const startMs = performance.now() + order.warmSeconds * 1_000;
  const endMs = startMs + order.seconds * 1_000;
  setTimeout(() => tell({ type: "began" }), order.warmSeconds * 1_000);
  const acquireMs: number[] = [];
  const pairMs: number[] = [];
  const perSlot: number[] = [];
  const slot = async (client: LockClient, number: number) => {
    const key = `bench/key${number % scenario.keys}`;
    let pairs = 0;
    for (;;) {
      const askedMs = performance.now();
      if (askedMs >= endMs) break;
      const held = await client.acquire(key);
      const heldMs = performance.now();
      await client.release(key, held);
      const releasedMs = performance.now();
      if (releasedMs < startMs || releasedMs > endMs) continue;
      acquireMs.push(heldMs - askedMs);
      pairMs.push(releasedMs - askedMs);
      pairs++;
    }
    perSlot.push(pairs);
  };
  const slots = Array.from({ length: scenario.connections * scenario.slotsPerConnection }, (_, number) =>
    slot(clients[number % scenario.connections] as LockClient, number),
  );
  await Promise.all(slots);
  await Promise.all(clients.map((client) => client.close()));

  acquireMs.sort((a, b) => a - b);
  pairMs.sort((a, b) => a - b);
  return {
    pairs: pairMs.length,
    seconds: order.seconds,
    acquireP50: quantile(acquireMs, 0.5),
    acquireP99: quantile(acquireMs, 0.99),
    acquireMax: quantile(acquireMs, 1),
    pairP50: quantile(pairMs, 0.5),
    pairP99: quantile(pairMs, 0.99),
    fewest: Math.min(...perSlot),
    most: Math.max(...perSlot),
  };
}

const tell = (message: LoadMessage, then?: () => void) => process.send?.(message, undefined, undefined, then);

process.once("message", async (order: LoadOrder) => {
  try {
    tell({ type: "measured", measured: await load(order) }, () => process.exit(0));
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
});
