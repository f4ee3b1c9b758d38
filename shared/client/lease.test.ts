import fc from "fast-check";
import { expect, test } from "vitest";
import { Lease } from "./lease.ts";

const at = (ms: number, wallMs = ms) => ({ monotonicMs: ms, wallMs });

test("SE-7: held, then uncertain, then lost, each by the clock alone", () => {
  const lease = new Lease(15_000, at(0));
  expect(lease.certainty(at(9_999))).toBe("held");
  expect(lease.certainty(at(10_000))).toBe("uncertain");
  expect(lease.certainty(at(14_849))).toBe("uncertain");
  expect(lease.certainty(at(14_850))).toBe("lost");
});

test("SE-7: the client is never certain of a lease that the server may have ended, whatever was answered when", () => {
  const exchange = fc.record({ sentAfterMs: fc.nat(6_000), arrivesAfterMs: fc.nat(3_000), answerAfterMs: fc.nat(20_000), heard: fc.boolean() });
  fc.assert(
    fc.property(fc.array(exchange, { maxLength: 20 }), fc.nat(60_000), fc.integer({ min: 1_000, max: 30_000 }), (exchanges, lookMs, ttlMs) => {
      const lease = new Lease(ttlMs, at(0));
      let serverEndsMs = ttlMs;
      let sentMs = 0;
      const answers: { sentMs: number; answeredMs: number }[] = [];
      for (const { sentAfterMs, arrivesAfterMs, answerAfterMs, heard } of exchanges) {
        sentMs += sentAfterMs;
        const arrivedMs = sentMs + arrivesAfterMs;
        // A renewal of a session that ended is refused, so it gets no answer that counts.
        if (arrivedMs >= serverEndsMs || arrivedMs > lookMs) continue;
        serverEndsMs = Math.max(serverEndsMs, arrivedMs + ttlMs);
        if (heard && arrivedMs + answerAfterMs <= lookMs) answers.push({ sentMs, answeredMs: arrivedMs + answerAfterMs });
      }
      for (const { sentMs: sent, answeredMs } of answers.sort((a, b) => a.answeredMs - b.answeredMs)) {
        if (lease.certainty(at(answeredMs)) !== "lost") lease.renew(at(sent), ttlMs);
      }
      if (lookMs >= serverEndsMs) expect(lease.certainty(at(lookMs))).toBe("lost");
    }),
    { numRuns: 2_000 },
  );
});

test("FI-8 a time of day that was set ahead is a doubt, which the next answered heartbeat settles", () => {
  const lease = new Lease(15_000, at(0));
  lease.jump(10_000);
  expect(lease.certainty(at(1_000))).toBe("held");
  lease.jump(10_000);
  expect(lease.certainty(at(1_000))).toBe("uncertain");
  lease.renew(at(2_000), 15_000);
  expect(lease.certainty(at(2_000))).toBe("held");
  // Whatever the time of day says, the lease lasts no longer.
  expect(lease.certainty(at(16_851))).toBe("lost");
});

test("a lease once over stays over", () => {
  const lease = new Lease(3_000, at(0));
  expect(lease.certainty(at(3_000))).toBe("lost");
  lease.renew(at(2_999), 3_000);
  expect(lease.certainty(at(3_001))).toBe("lost");
  expect(lease.changesInMs(at(3_001))).toBeUndefined();
});

test("an answer to an earlier heartbeat does not take a later renewal back", () => {
  const lease = new Lease(3_000, at(0));
  lease.renew(at(2_000), 3_000);
  lease.renew(at(1_000), 3_000);
  expect(lease.certainty(at(3_900))).toBe("held");
});

test("a machine that slept, its monotonic clock standing still, makes the lease uncertain until it is renewed", () => {
  const lease = new Lease(15_000, at(0));
  expect(lease.certainty(at(100, 3_600_000))).toBe("uncertain");
  lease.renew(at(200, 3_600_100), 15_000);
  expect(lease.certainty(at(300, 3_600_200))).toBe("held");
});

test("says when to look again", () => {
  const lease = new Lease(15_000, at(0));
  expect(lease.changesInMs(at(0))).toBe(10_000);
  expect(lease.changesInMs(at(10_000))).toBe(4_850);
});

test("FI-1 a clock that runs fast makes the client give up sooner, never later", () => {
  const lease = new Lease(10_000, at(0));
  lease.drift(2, at(2_000));
  expect(lease.certainty(at(4_000))).toBe("held");
  expect(lease.certainty(at(4_400))).toBe("uncertain");
  expect(lease.changesInMs(at(4_400))).toBeCloseTo((9_900 - 6_800) / 2);
  expect(lease.certainty(at(6_000))).toBe("lost");
});
