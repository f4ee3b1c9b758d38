import { plants, Timers } from "../state/index.ts";

/**
 * When each session was last renewed. Volatile on purpose: heartbeats are not journaled, so after a restart every session
 * begins with a fresh full lease. A renewal costs one map entry; deadlines move only when they are looked at.
 */
export class Leases {
  readonly #leases = new Map<string, { renewedMs: number; ttlMs: number }>();
  readonly #timers = new Timers();

  /** Begins or restarts a lease. */
  start(session: string, ttlMs: number, nowMs: number): void {
    this.#leases.set(session, { renewedMs: nowMs, ttlMs });
    this.#timers.set(session, nowMs + ttlMs);
  }

  /** Renews; false when there is no such session. */
  renew(session: string, nowMs: number): boolean {
    const lease = this.#leases.get(session);
    if (lease === undefined) return false;
    if (!plants.renewalLost) lease.renewedMs = Math.max(lease.renewedMs, nowMs);
    return true;
  }

  /** Renews everyone: after a stall of the server nobody may be blamed for a heartbeat it could not read. */
  renewAll(nowMs: number): void {
    for (const lease of this.#leases.values()) lease.renewedMs = Math.max(lease.renewedMs, nowMs);
  }

  end(session: string): void {
    this.#leases.delete(session);
    this.#timers.delete(session);
  }

  renewedMs(session: string): number | undefined {
    return this.#leases.get(session)?.renewedMs;
  }

  /** The earliest time at which a lease can be over, or undefined. */
  nextMs(): number | undefined {
    return this.#timers.nextMs();
  }

  /** Sessions whose lease is over, at most `limit`. Those renewed since their deadline was set get a later one. */
  silent(nowMs: number, limit: number): { session: string; renewedMs: number }[] {
    const silent: { session: string; renewedMs: number }[] = [];
    for (const session of this.#timers.due(nowMs, limit)) {
      const lease = this.#leases.get(session);
      if (lease === undefined) continue;
      const endMs = lease.renewedMs + lease.ttlMs;
      if (endMs > nowMs) this.#timers.set(session, endMs);
      else silent.push({ session, renewedMs: lease.renewedMs });
    }
    return silent;
  }
}
