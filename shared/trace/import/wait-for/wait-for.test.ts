import { describe, expect, test } from "vitest";
import { deadlocks } from "../../../analysis/index.ts";
import { emptyState, evolve } from "../../../state/index.ts";
import { importTrace } from "../import.ts";
import { reportOf } from "../report.ts";
import { bytesOf, fixture } from "../testing/fixtures.ts";
import { cyclesOf } from "./cycles.ts";

const imported = (name: string) => importTrace(bytesOf(fixture(name)));

/** The state that the events of an import come to. */
function stateOf(name: string) {
  const state = emptyState("import");
  for (const event of imported(name).events) evolve(state, event);
  return state;
}

test("cycles: one of each part, beginning with who waits first, others that wait for it left out", () => {
  const edges = ["ab", "bc", "ca", "da", "ef", "fe", "gh"].map(([from, to]) => [from!, to!, ""] as const);
  expect(cyclesOf(edges)).toEqual([
    ["a", "b", "c"],
    ["e", "f"],
  ]);
  expect(cyclesOf([["a", "a", ""]])).toEqual([["a"]]);
});

describe("PostgreSQL", () => {
  test("pg_locks: who is not granted waits for those whose mode conflicts", () => {
    const found = imported("psql's table of pg_locks");
    expect(found.waitFor).toEqual([
      ["4002", "4001", "transaction 901"],
      ["4003", "4001", "relation orders"],
      ["4003", "4002", "relation orders"],
    ]);
    expect(found.cycle).toEqual([]);
    const doing = found.events.flatMap((event) => (event.type === "session.declared" && event.agent === "4001" ? [event.doing] : []));
    expect(doing[0]).toBe("UPDATE orders SET paid = 1 WHERE id = 7");
  });

  test("pg_locks as CSV: advisory locks in a cycle, with the time of each wait", () => {
    const found = imported("pg_locks as CSV");
    expect(found.cycle).toEqual(["11", "12"]);
    expect(found.waits.map((wait) => wait.sinceNs)).toEqual(["1714557601000000000", "1714557602000000000"]);
    expect([...stateOf("pg_locks as CSV").deadlocks.values()]).toMatchObject([
      {
        cycle: [
          { agent: "11", onAgent: "12" },
          { agent: "12", onAgent: "11" },
        ],
      },
    ]);
  });

  test("a queue: behind a waiter that came before, where nobody holds what conflicts", () => {
    const rows = [
      "pid,locktype,relation,mode,granted",
      "1,relation,t,AccessShareLock,t",
      "2,relation,t,AccessExclusiveLock,f",
      "3,relation,t,AccessShareLock,f",
    ];
    expect(importTrace(bytesOf(rows.join("\n"))).waitFor).toEqual([
      ["2", "1", "relation t"],
      ["3", "2", "relation t"],
    ]);
  });

  describe.each(["-[ RECORD 1 ]-+-", "+-[ DATENSATZ 1 ]-+-+", "* Record 1", "unaligned"])("psql's expanded rows under %s", (heading) => {
    const cells: readonly (readonly [string, string])[][] = [
      ["1", "760", "ExclusiveLock", "t"],
      ["1", "761", "ShareLock", "f"],
      ["2", "761", "ExclusiveLock", "t"],
      ["2", "760", "ShareLock", "f"],
    ].map(([pid, id, mode, granted]) => [
      ["pid", pid!] as const,
      ["locktype", "transactionid"] as const,
      ["transactionid", id!] as const,
      ["mode", mode!] as const,
      ["granted", granted!] as const,
    ]);
    const field = (column: string, cell: string): string => {
      if (heading === "unaligned") return `${column}|${cell}`;
      if (heading.startsWith("*")) return `${column.padEnd(14)}${cell}`;
      return heading.startsWith("+") ? `| ${column.padEnd(14)} | ${cell.padEnd(14)} |` : `${column.padEnd(14)}| ${cell}`;
    };
    const text = (rows: readonly (readonly (readonly [string, string])[])[]) =>
      rows
        .map((row, at) => [heading === "unaligned" ? "" : heading.replace("1", `${at + 1}`), ...row.map(([column, cell]) => field(column, cell))].join("\n"))
        .join("\n");

    test("are rows like others", () => {
      expect(importTrace(bytesOf(text(cells)))).toMatchObject({ format: "pg-locks", cycle: ["1", "2"] });
    });
  });

  test("a query that is run again gives one snapshot each: who waited in turn did not wait in a circle", () => {
    const first = ["1|transactionid|760|ExclusiveLock|t", "2|transactionid|760|ShareLock|f"];
    const second = ["2|transactionid|761|ExclusiveLock|t", "1|transactionid|761|ShareLock|f"];
    const header = "pid|locktype|transactionid|mode|granted";
    const aligned = (rows: readonly string[]) => [header, "---+-------+-----+-----+-----", ...rows, "(2 rows)", ""];
    for (const lines of [
      [...aligned(first), ...aligned(second)],
      [header, ...first, "(2 rows)", header, ...second, "(2 rows)"],
    ]) {
      const found = importTrace(bytesOf(lines.join("\n")));
      expect(found).toMatchObject({ cycle: [], figures: { snapshots: 2, locks: 4 } });
      expect(found.waitFor).toHaveLength(2);
    }
  });

  test("a German log says it its own way", () => {
    const lines = [
      "2024-05-01 12:00:00 CEST [501] FEHLER:  Verklemmung (Deadlock) entdeckt",
      "2024-05-01 12:00:00 CEST [501] DETAIL:  Prozess 501 wartet auf ShareLock-Sperre auf Transaktion 761; blockiert von Prozess 502.",
      "\tProzess 502 wartet auf ShareLock-Sperre auf Transaktion 760; blockiert von Prozess 501.",
    ];
    expect(importTrace(bytesOf(lines.join("\n")))).toMatchObject({ format: "pg-deadlock", cycle: ["501", "502"], victim: "501" });
  });

  test("deadlocks of a log, in two languages, each with its victim", () => {
    const found = imported("a server log with two deadlocks");
    expect(found.cycles).toEqual([
      ["701", "702", "703"],
      ["704", "705"],
    ]);
    expect(found.figures.victims).toEqual(["701", "704"]);
    expect(found.waitFor[4]).toEqual(["705", "704", "Transaktion 90"]);
    expect(found.events.filter((event) => event.type === "deadlock.detected").map((event) => event.atMs)).toEqual([1_714_557_600_123, 1_714_557_900_000]);
  });

  test("a deadlock whose victim nobody tells has none", () => {
    const text =
      "Process 1 waits for ShareLock on transaction 8; blocked by process 2.\nProcess 2 waits for ShareLock on transaction 7; blocked by process 1.\n";
    expect(importTrace(bytesOf(text))).toMatchObject({
      victim: null,
      cycle: ["1", "2"],
      waitFor: [
        ["1", "2", "transaction 8"],
        ["2", "1", "transaction 7"],
      ],
    });
  });

  test("isolation tests: the waits of an interleaving, the sessions of a specification", () => {
    const found = imported("interleavings of an isolation test");
    expect(found.waits).toEqual([{ agent: "s2", resource: "relation t", mode: "RowExclusiveLock", on: ["s1"], ended: "ok" }]);
    expect(found.waitFor).toEqual([["s2", "s1", "relation t"]]);
    expect(imported("the specification of an isolation test").figures).toEqual({
      sessions: [
        { name: "s1", steps: ["one", "two"] },
        { name: "s2", steps: ["three"] },
      ],
      permutations: [["one", "three", "two"]],
    });
  });
});

test("InnoDB: each transaction waits for the next around the cycle, the last line names the victim", () => {
  const found = imported("InnoDB's status");
  expect(found).toMatchObject({ cycle: ["5001", "5002"], victim: "5002" });
  expect(found.waitFor).toEqual([
    ["5001", "5002", "index PRIMARY of table bank.acc (page 4, record 3)"],
    ["5002", "5001", "index PRIMARY of table bank.acc (page 4, record 2)"],
  ]);
  expect(found.figures.deadlocks).toMatchObject([
    { at: "2024-05-01 10:00:00", victim_number: 2, transactions: [{ thread: "21", query: "UPDATE acc SET v = 1 WHERE id = 2" }, { thread: "22" }] },
  ]);
});

test("InnoDB's status as mysql -e prints it, on one line", () => {
  const text = `Type\tName\tStatus\nInnoDB\t\t${fixture("InnoDB's status").replaceAll("\n", "\\n")}\n`;
  expect(importTrace(bytesOf(text))).toMatchObject({ format: "innodb", cycle: ["5001", "5002"], victim: "5002" });
});

describe("JVM", () => {
  test("stacks: monitors and owned synchronizers, without what a thread gave back to be notified", () => {
    const found = imported("a thread dump with stacks");
    expect(found.waitFor.map(([waiter, holder]) => [waiter, holder])).toEqual([
      ["left", "right"],
      ["right", "keeper"],
      ["keeper", "left"],
    ]);
    expect(found.holds.map((hold) => `${hold.agent} ${hold.resource}`)).not.toContain("keeper Queue 0x00000000e4");
    expect(found.cycle).toEqual(["left", "right", "keeper"]);
  });

  test("a ReentrantLock that section and stacks both tell of is one wait", () => {
    const type = "java.util.concurrent.locks.ReentrantLock$NonfairSync";
    const stack = (name: string, waits: string, holds: string) =>
      `"${name}" #29 [2731] prio=5 tid=0x00007f8c nid=2731 waiting on condition\n\t- parking to wait for  <${waits}> (a ${type})\n   Locked ownable synchronizers:\n\t- <${holds}> (a ${type})\n`;
    const section = (name: string, waits: string, holder: string) =>
      `"${name}":\n  waiting for ownable synchronizer ${waits}, (a ${type}),\n  which is held by "${holder}"\n`;
    const text = `${stack("t1", "0xb", "0xa")}${stack("t2", "0xa", "0xb")}Found one Java-level deadlock:\n${section("t1", "0xb", "t2")}${section("t2", "0xa", "t1")}`;
    expect(importTrace(bytesOf(text)).waitFor).toEqual([
      ["t1", "t2", `${type} 0xb`],
      ["t2", "t1", `${type} 0xa`],
    ]);
  });

  test("two deadlocks are two cycles, and their pairs are printed", () => {
    const found = imported("two deadlocks as the JVM tells them");
    expect(found.cycles).toEqual([
      ["a1", "b1"],
      ["a2", "b2"],
    ]);
    expect(reportOf(found).wait_for).toEqual([
      ["a1", "b1"],
      ["b1", "a1"],
      ["a2", "b2"],
      ["b2", "a2"],
    ]);
  });
});

test.each([
  ["pg_locks as CSV", 2],
  ["InnoDB's status", 2],
  ["a thread dump with stacks", 3],
  ["two deadlocks as the JVM tells them", 4],
  ["a server log with two deadlocks", 2],
])("%s: the space that comes of it has the deadlock that the file tells", (name, members) => {
  const state = stateOf(name);
  const found = deadlocks(state);
  expect(found.flatMap((deadlock) => deadlock.cycle)).toHaveLength(members);
  expect(state.deadlocks.size).toBe(found.length);
});
