import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { highestWeight, type RendezvousMember, rendezvousLeader, rendezvousWindow } from "./rendezvous.ts";

const group = { group: "builders", windowMs: 1_000 };
const leaderIn = (window: number, members: readonly RendezvousMember[]) => rendezvousLeader(group, members, window * group.windowMs);
const plain = (...agents: string[]): RendezvousMember[] => agents.map((agent) => ({ agent, weight: 1 }));

const agents = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 9 });
const weights = fc.integer({ min: 1, max: highestWeight });
const members = fc.tuple(agents, fc.array(weights, { minLength: 9, maxLength: 9 })).map(([names, drawn]) => weigh(names, drawn));
const windows = fc.integer({ min: 0, max: 2_000_000_000 });

function weigh(names: readonly string[], drawn: readonly number[]): RendezvousMember[] {
  return names.map((agent, at) => ({ agent, weight: drawn[at] ?? 1 }));
}

/** How many of so many windows each member leads. */
function shares(of: readonly RendezvousMember[], count: number, from = 0): Map<string, number> {
  const led = new Map(of.map(({ agent }) => [agent, 0]));
  for (let window = from; window < from + count; window++) {
    const leader = leaderIn(window, of) as string;
    led.set(leader, (led.get(leader) ?? 0) + 1);
  }
  return led;
}

describe("windows", () => {
  test("EL-40 each moment is in one window", () => {
    expect(rendezvousWindow(0, 1_000)).toEqual({ window: 0, fromMs: 0, untilMs: 1_000 });
    expect(rendezvousWindow(999, 1_000)).toEqual({ window: 0, fromMs: 0, untilMs: 1_000 });
    expect(rendezvousWindow(1_000, 1_000)).toEqual({ window: 1, fromMs: 1_000, untilMs: 2_000 });
    expect(() => rendezvousWindow(1, 0)).toThrow(RangeError);
    expect(() => rendezvousWindow(1, Number.NaN)).toThrow(RangeError);
  });

  test("EL-40 within a window the leader stays", () => {
    const of = plain("a", "b", "c");
    for (let window = 0; window < 50; window++) {
      const first = rendezvousLeader(group, of, window * 1_000);
      expect(rendezvousLeader(group, of, window * 1_000 + 999)).toBe(first);
    }
  });
});

describe("who leads", () => {
  test("EL-40 nobody of nobody, and one of one", () => {
    expect(leaderIn(7, [])).toBeUndefined();
    expect(leaderIn(7, [{ agent: "a", weight: 0 }])).toBeUndefined();
    expect(leaderIn(7, plain("a"))).toBe("a");
  });

  test("EL-40 the order of the members does not matter", () => {
    fc.assert(
      fc.property(members, windows, fc.infiniteStream(fc.nat()), (of, window, draws) => {
        const shuffled = of
          .map((member) => ({ member, at: draws.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ member }) => member);
        expect(leaderIn(window, shuffled)).toBe(leaderIn(window, of));
      }),
    );
  });

  test("EL-40 a joiner takes only what it leads from then on, a leaver gives up only what it led", () => {
    fc.assert(
      fc.property(members, fc.string({ minLength: 9, maxLength: 12 }), weights, windows, (of, joiner, weight, window) => {
        const before = leaderIn(window, of);
        const after = leaderIn(window, [...of, { agent: joiner, weight }]);
        expect([before, joiner]).toContain(after);
      }),
    );
  });

  test("EL-40 a weight that is raised only wins windows", () => {
    fc.assert(
      fc.property(members, weights, windows, (of, more, window) => {
        const [first, ...rest] = of as [RendezvousMember, ...RendezvousMember[]];
        const before = leaderIn(window, of);
        const after = leaderIn(window, [{ agent: first.agent, weight: Math.min(highestWeight, first.weight + more) }, ...rest]);
        expect([before, first.agent]).toContain(after);
      }),
    );
  });

  test("EL-40 the same words on every machine", () => {
    const of = [...plain("scout", "mason"), { agent: "smith", weight: 40 }, { agent: "Ångström", weight: 40 }];
    expect([0, 1, 2, 3, 4, 5, 1_700_000_000].map((window) => leaderIn(window, of))).toMatchInlineSnapshot(`
      [
        "Ångström",
        "Ångström",
        "Ångström",
        "smith",
        "Ångström",
        "Ångström",
        "smith",
      ]
    `);
  });
});

/** Within so many standard deviations of a binomial share; beyond 4.5 by pure chance once in 150,000 looks. */
const deviations = 4.5;

describe("shares", () => {
  const count = 20_000;

  test.each([
    { name: "equal", of: plain("a", "b", "c", "d", "e") },
    { name: "one to four", of: weigh(["a", "b", "c", "d"], [1, 2, 3, 4]) },
    { name: "a giant and dwarfs", of: weigh(["n1", "n2", "n3", "n4"], [100, 1, 1, 1]) },
    { name: "names that differ in one letter", of: plain(...Array.from({ length: 26 }, (_, at) => `agent-${String.fromCharCode(97 + at)}`)) },
  ])("EL-40 as the weights: $name", ({ of }) => {
    const total = of.reduce((sum, { weight }) => sum + weight, 0);
    for (const [from, groupStart] of [
      [0, "small"],
      [1_700_000_000, "today's"],
    ] as const) {
      for (const [agent, led] of shares(of, count, from)) {
        const share = (of.find((member) => member.agent === agent)?.weight ?? 0) / total;
        const sigma = Math.sqrt(count * share * (1 - share));
        expect(Math.abs(led - count * share), `${agent} led ${led} of ${count} ${groupStart} windows`).toBeLessThan(deviations * sigma);
      }
    }
  });

  test("EL-40 who led the last window is as likely as anybody to lead the next", () => {
    const of = plain("a", "b", "c", "d");
    let stayed = 0;
    for (let window = 0; window < count; window++) if (leaderIn(window, of) === leaderIn(window + 1, of)) stayed++;
    expect(Math.abs(stayed - count / 4)).toBeLessThan(deviations * Math.sqrt((count * 3) / 16));
  });

  test("EL-40 groups are led apart", () => {
    const of = plain("a", "b", "c", "d");
    let same = 0;
    for (let window = 0; window < count; window++) {
      const nowMs = window * 1_000;
      if (rendezvousLeader(group, of, nowMs) === rendezvousLeader({ ...group, group: "builderz" }, of, nowMs)) same++;
    }
    expect(Math.abs(same - count / 4)).toBeLessThan(deviations * Math.sqrt((count * 3) / 16));
  });
});
