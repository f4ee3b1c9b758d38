import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import type { LockClient } from "./client.ts";

const releaseIfMine = 'if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) else return 0 end';

/**
 * The usual lock on one Redis: `SET key token NX PX ttl`, given back by a script that compares the token. Redis has no queue for
 * it, so one who finds it taken asks again at once, which gives Redis its best throughput.
 */
export async function openRedis(url: string): Promise<LockClient> {
  const redis = new Redis(url, { lazyConnect: true });
  await redis.connect();
  redis.defineCommand("releaseIfMine", { numberOfKeys: 1, lua: releaseIfMine });
  const release = (redis as unknown as { releaseIfMine(key: string, token: string): Promise<number> }).releaseIfMine.bind(redis);
  return {
    async acquire(key) {
      const token = randomUUID();
      while ((await redis.set(key, token, "PX", 60_000, "NX")) !== "OK");
      return token;
    },
    async release(key, token) {
      if ((await release(key, token as string)) !== 1) throw new Error("release: the lock was not ours");
    },
    async close() {
      redis.disconnect();
    },
  };
}
