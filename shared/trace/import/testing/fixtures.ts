import type { Format } from "../imported.ts";

/** Small files of every format, written for the tests. Each holds something that is worth a mutation. */
export const fixtures: readonly { readonly name: string; readonly format: Format; readonly text: string }[] = [
  {
    name: "a checkout of two services",
    format: "otlp",
    text: JSON.stringify({
      resourceSpans: [
        {
          resource: { attributes: [{ key: "service.name", value: { stringValue: "shop" } }] },
          scopeSpans: [
            {
              scope: { name: "web" },
              spans: [
                {
                  ...{ traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "00f067aa0ba902b7", name: "POST /checkout", kind: 2, status: { code: 1 } },
                  ...{ startTimeUnixNano: "1700000000000000001", endTimeUnixNano: "1700000000500000001", attributes: [] },
                  events: [{ timeUnixNano: "1700000000100000000", name: "paid" }],
                },
              ],
            },
          ],
        },
        {
          resource: { attributes: [{ key: "service.name", value: { stringValue: "stock" } }] },
          instrumentationLibrarySpans: [
            {
              spans: [
                {
                  // The same trace and a parent in base64, as a plain protobuf printer writes them; times as numbers.
                  ...{
                    traceId: "CvdlGRbNQ92ESOshHIAxnA==",
                    spanId: "APBnqgupArg=",
                    parentSpanId: "APBnqgupArc=",
                    name: "reserve",
                    status: { code: "STATUS_CODE_ERROR" },
                  },
                  ...{ startTimeUnixNano: 1700000000100000000, endTimeUnixNano: "1700000000300000001" },
                  links: [{ traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "00f067aa0ba902b7" }],
                },
              ],
            },
          ],
        },
      ],
    }),
  },
  {
    name: "one request a line",
    format: "otlp",
    text: [1, 2]
      .map((number) =>
        JSON.stringify({
          resourceSpans: [
            {
              resource: { attributes: [{ key: "service.name", value: { stringValue: `part${number}` } }] },
              scopeSpans: [
                {
                  spans: [
                    {
                      ...{
                        traceId: "11111111111111111111111111111111",
                        spanId: `000000000000000${number}`,
                        parentSpanId: number === 1 ? "" : "0000000000000001",
                      },
                      ...{ name: `step ${number}`, startTimeUnixNano: `170000000000000000${number}`, endTimeUnixNano: "1700000000000001000" },
                    },
                  ],
                },
              ],
            },
          ],
        }),
      )
      .join("\n"),
  },
  {
    name: "parents in a cycle, an orphan and a span twice",
    format: "jaeger",
    text: JSON.stringify({
      data: [
        {
          traceID: "t1",
          spans: [
            jaegerSpan("root", null, 1_000, 100),
            jaegerSpan("a", "b", 1_010, 20),
            jaegerSpan("b", "a", 1_020, 20),
            jaegerSpan("orphan", "gone", 1_030, 5),
            jaegerSpan("child", "root", 1_050, 100, "p2"),
            jaegerSpan("child", "root", 1_060, 10, "p2"),
            { ...jaegerSpan("after", null, 1_090, 20), references: [{ refType: "FOLLOWS_FROM", traceID: "t1", spanID: "child" }] },
          ],
          processes: { p1: { serviceName: "front" }, p2: { serviceName: "back" } },
        },
      ],
      total: 1,
    }),
  },
  {
    name: "slices, flows, counters",
    format: "chrome",
    text: JSON.stringify({
      displayTimeUnit: "ns",
      traceEvents: [
        { ph: "M", name: "process_name", pid: 1, tid: 0, args: { name: "browser" } },
        { ph: "M", name: "thread_name", pid: 1, tid: 1, args: { name: "main" } },
        { ph: "E", name: "outer", pid: 1, tid: 1, ts: 40 },
        { ph: "B", name: "outer", cat: "work", pid: 1, tid: 1, ts: 10 },
        { ph: "X", name: "inner", cat: "work", pid: 1, tid: 1, ts: 12.5, dur: 10 },
        { ph: "s", name: "hop", cat: "flow", id: "0x1", pid: 1, tid: 1, ts: 13 },
        { ph: "f", name: "hop", cat: "flow", id: "0x1", pid: 2, tid: 7, ts: 30, bp: "e" },
        { ph: "X", name: "served", cat: "work", pid: 2, tid: 7, ts: 25, dur: 20 },
        { ph: "b", name: "load", cat: "net", id: 3, pid: 1, tid: 1, ts: 11 },
        { ph: "n", name: "header", cat: "net", id: 3, pid: 1, tid: 1, ts: 14 },
        { ph: "e", name: "load", cat: "net", id: 3, pid: 1, tid: 1, ts: 33 },
        { ph: "C", name: "queue", pid: 1, ts: 20, args: { waiting: 3 } },
        { ph: "i", name: "tick", pid: 1, tid: 1, ts: 21, s: "t" },
        { ph: "N", name: "Frame", id: "0x9", pid: 1, tid: 1, ts: 22 },
        { ph: "D", name: "Frame", id: "0x9", pid: 1, tid: 1, ts: 23 },
        { ph: "B", name: "cut off", pid: 1, tid: 1, ts: 41 },
      ],
    }),
  },
  {
    name: "an array without its end",
    format: "chrome",
    text: '[\n{"ph":"X","name":"first","pid":"p","tid":"t","ts":1,"dur":2},\n{"ph":"X","name":"second","pid":"p","tid":"t","ts":4,"dur":2},\n',
  },
  {
    name: "a call and its answer",
    format: "shiviz",
    text: [
      ...["ask", 'client {"client":1}', "asked", 'server {"server":1, "client":1}', "think", 'server {"server":2, "client":1}'],
      ...["wait", 'client {"client":2}', "answered", 'client {"client":3, "server":2}', "rest", 'server {"server":3, "client":1}'],
    ].join("\n"),
  },
  {
    name: "two executions with their expressions",
    format: "shiviz",
    text: [
      String.raw`^(?<host>\w+) (?<clock>{.*?}) (?<level>[A-Z]+) (?<event>.*)$`,
      "^=== (?<trace>.*) ===$",
      ...["=== one ===", 'a {"a":1} INFO begin', 'b {"a":1,"b":1} INFO go on', "=== two ===", 'a {"a":1} WARN alone', 'b {"b":1} WARN alone too'],
    ].join("\n"),
  },
  {
    name: "a register",
    format: "history",
    text: [
      ...["{:process 0, :type :invoke, :f :write, :value 1, :time 10}", "{:process 1, :type :invoke, :f :read, :value nil, :time 20}"],
      ...["{:process 0, :type :ok, :f :write, :value 1, :time 30}", "{:process 1, :type :ok, :f :read, :value 1, :time 40}"],
      ...["{:process :nemesis, :type :info, :f :start, :value nil, :time 45}", "{:process 0, :type :invoke, :f :cas, :value [1 2], :time 50}"],
      "{:process 0, :type :info, :f :cas, :value :timed-out, :time 60}",
    ].join("\n"),
  },
  {
    name: "a lock held twice",
    format: "history",
    text: `[{:process 0 :type :invoke :f :acquire :value nil} {:process 0 :type :ok :f :acquire :value nil}
 {:process 1 :type :invoke :f :acquire :value nil} {:process 1 :type :ok :f :acquire :value nil} ; both
 {:process 0 :type :invoke :f :release :value nil} #_ignored {:process 0 :type :ok :f :release :value nil}]`,
  },
  {
    name: "a log of Jepsen",
    format: "history",
    text: [
      "INFO  jepsen.util - 0\t:invoke\t:write\t3",
      "WARN  something else",
      "INFO  jepsen.util - 0\t:ok\t:write\t3",
      "INFO  jepsen.util - 1\t:invoke\t:read\tnil",
      "INFO  jepsen.util - 1\t:ok\t:read\t4",
    ].join("\n"),
  },
  {
    name: "psql's table of pg_locks",
    format: "pg-locks",
    text: [
      "   locktype    | database | relation | transactionid | pid  |        mode         | granted |            query            ",
      "---------------+----------+----------+---------------+------+---------------------+---------+-----------------------------",
      " relation      |    16384 | orders   |               | 4001 | RowExclusiveLock    | t       | UPDATE orders SET paid = 1 +",
      "               |          |          |               |      |                     |         |  WHERE id = 7               ",
      " transactionid |          |          |           901 | 4001 | ExclusiveLock       | t       | UPDATE orders               ",
      " transactionid |          |          |           901 | 4002 | ShareLock           | f       | UPDATE orders               ",
      " relation      |    16384 | orders   |               | 4002 | RowExclusiveLock    | t       | UPDATE orders               ",
      " relation      |    16384 | orders   |               | 4003 | AccessExclusiveLock | f       | ALTER TABLE orders          ",
      "(6 rows)",
    ].join("\n"),
  },
  {
    name: "pg_locks as CSV",
    format: "pg-locks",
    text: [
      "locktype,database,relation,page,tuple,virtualxid,transactionid,classid,objid,objsubid,virtualtransaction,pid,mode,granted,fastpath,waitstart",
      "advisory,5,,,,,,0,1,1,3/7,11,ExclusiveLock,t,f,",
      "advisory,5,,,,,,0,2,1,3/7,11,ExclusiveLock,f,f,2024-05-01 10:00:01+00",
      'advisory,5,,,,,,0,2,1,4/9,12,"ExclusiveLock",t,f,',
      "advisory,5,,,,,,0,1,1,4/9,12,ExclusiveLock,f,f,2024-05-01 10:00:02+00",
    ].join("\n"),
  },
  {
    name: "a server log with two deadlocks",
    format: "pg-deadlock",
    text: [
      "2024-05-01 10:00:00.123 UTC [701] ERROR:  deadlock detected",
      "2024-05-01 10:00:00.123 UTC [701] DETAIL:  Process 701 waits for ShareLock on transaction 88; blocked by process 702.",
      "\tProcess 702 waits for ExclusiveLock on tuple (0,3) of relation 16400 of database 5; blocked by process 703.",
      "\tProcess 703 waits for ShareLock on transaction 87; blocked by process 701.",
      "\tProcess 701: UPDATE a SET x = 1",
      "2024-05-01 10:00:00.123 UTC [701] HINT:  See server log for query details.",
      "2024-05-01 10:05:00.000 UTC [704] FEHLER:  Verklemmung (Deadlock) entdeckt",
      "2024-05-01 10:05:00.000 UTC [704] DETAIL:  Prozess 704 wartet auf ShareLock-Sperre auf Transaktion 91; blockiert von Prozess 705.",
      "\tProzess 705 wartet auf ShareLock-Sperre auf Transaktion 90; blockiert von Prozess 704.",
    ].join("\n"),
  },
  {
    name: "interleavings of an isolation test",
    format: "pg-isolation",
    text: [
      ...["Parsed test spec with 2 sessions", "", "starting permutation: s1lock s2lock s1c s2c", "step s1lock: LOCK TABLE t IN SHARE MODE;"],
      ...["step s2lock: LOCK TABLE t IN ROW EXCLUSIVE MODE; <waiting ...>", "step s1c: COMMIT;", "step s2lock: <... completed>", "step s2c: COMMIT;"],
    ].join("\n"),
  },
  {
    name: "the specification of an isolation test",
    format: "pg-isolation",
    text: 'setup { CREATE TABLE t (); }\nsession "s1"\nsetup { BEGIN; }\nstep "one" { LOCK TABLE t; }\nstep two { COMMIT; }\nsession s2\nstep three { SELECT 1; }\npermutation one three(one) two\n',
  },
  {
    name: "InnoDB's status",
    format: "innodb",
    text: [
      ...["------------------------", "LATEST DETECTED DEADLOCK", "------------------------", "2024-05-01 10:00:00 0x7f01"],
      ...[
        "*** (1) TRANSACTION:",
        "TRANSACTION 5001, ACTIVE 3 sec starting index read",
        "MySQL thread id 21, OS thread handle 1, query id 9 localhost root updating",
        "UPDATE acc SET v = 1 WHERE id = 2",
      ],
      ...[
        "*** (1) HOLDS THE LOCK(S):",
        "RECORD LOCKS space id 7 page no 4 n bits 72 index PRIMARY of table `bank`.`acc` trx id 5001 lock_mode X locks rec but not gap",
      ],
      "Record lock, heap no 2 PHYSICAL RECORD: n_fields 4; compact format; info bits 0",
      ...[
        "*** (1) WAITING FOR THIS LOCK TO BE GRANTED:",
        "RECORD LOCKS space id 7 page no 4 n bits 72 index PRIMARY of table `bank`.`acc` trx id 5001 lock_mode X locks rec but not gap waiting",
      ],
      "Record lock, heap no 3 PHYSICAL RECORD: n_fields 4; compact format; info bits 0",
      ...[
        "*** (2) TRANSACTION:",
        "TRANSACTION 5002, ACTIVE 2 sec starting index read",
        "MySQL thread id 22, OS thread handle 2, query id 10 localhost root updating",
        "UPDATE acc SET v = 2 WHERE id = 1",
      ],
      ...[
        "*** (2) HOLDS THE LOCK(S):",
        "RECORD LOCKS space id 7 page no 4 n bits 72 index PRIMARY of table `bank`.`acc` trx id 5002 lock_mode X locks rec but not gap",
      ],
      "Record lock, heap no 3 PHYSICAL RECORD: n_fields 4; compact format; info bits 0",
      ...[
        "*** (2) WAITING FOR THIS LOCK TO BE GRANTED:",
        "RECORD LOCKS space id 7 page no 4 n bits 72 index PRIMARY of table `bank`.`acc` trx id 5002 lock_mode X locks rec but not gap waiting",
      ],
      "Record lock, heap no 2 PHYSICAL RECORD: n_fields 4; compact format; info bits 0",
      ...["*** WE ROLL BACK TRANSACTION (2)", "------------", "TRANSACTIONS", "------------"],
    ].join("\n"),
  },
  {
    name: "a thread dump with stacks",
    format: "jvm",
    text: [
      "Full thread dump OpenJDK 64-Bit Server VM (17.0.1+12 mixed mode):",
      '"left" #12 prio=5 os_prio=0 cpu=1.00ms elapsed=9.00s tid=0x00007f0001 nid=0x1 waiting for monitor entry  [0x00007f0a]',
      "   java.lang.Thread.State: BLOCKED (on object monitor)",
      ...[
        "\tat Bank.move(Bank.java:7)",
        "\t- waiting to lock <0x00000000e1> (a Account)",
        "\t- locked <0x00000000e2> (a Account)",
        "",
        "   Locked ownable synchronizers:",
        "\t- None",
        "",
      ],
      '"right" #13 prio=5 os_prio=0 cpu=1.00ms elapsed=9.00s tid=0x00007f0002 nid=0x2 waiting on condition  [0x00007f0b]',
      "   java.lang.Thread.State: WAITING (parking)",
      ...[
        "\tat jdk.internal.misc.Unsafe.park(Native Method)",
        "\t- parking to wait for  <0x00000000e3> (a java.util.concurrent.locks.ReentrantLock$NonfairSync)",
      ],
      ...["\tat Bank.back(Bank.java:9)", "\t- locked <0x00000000e1> (a Account)", ""],
      '"keeper" #14 prio=5 os_prio=0 cpu=1.00ms elapsed=9.00s tid=0x00007f0003 nid=0x3 in Object.wait()  [0x00007f0c]',
      ...[
        "\tat java.lang.Object.wait(Native Method)",
        "\t- waiting on <0x00000000e4> (a Queue)",
        "\t- locked <0x00000000e4> (a Queue)",
        "\t- waiting to lock <0x00000000e2> (a Account)",
      ],
      ...["", "   Locked ownable synchronizers:", "\t- <0x00000000e3> (a java.util.concurrent.locks.ReentrantLock$NonfairSync)", ""],
    ].join("\n"),
  },
  {
    name: "two deadlocks as the JVM tells them",
    format: "jvm",
    text: [1, 2]
      .flatMap((group) => [
        ...["Found one Java-level deadlock:", "============================="],
        ...[`"a${group}":`, `  waiting to lock monitor 0x00007f${group}1 (object 0x00000000f${group}1, a java.lang.Object),`, `  which is held by "b${group}"`],
        ...[
          `"b${group}":`,
          `  waiting for ownable synchronizer 0x00000000f${group}2, (a java.util.concurrent.locks.ReentrantLock$FairSync),`,
          `  which is held by "a${group}"`,
          "",
        ],
      ])
      .concat("Found 2 deadlocks.")
      .join("\n"),
  },
];

function jaegerSpan(id: string, parent: string | null, start: number, duration: number, process = "p1") {
  const references = parent === null ? [] : [{ refType: "CHILD_OF", traceID: "t1", spanID: parent }];
  return { traceID: "t1", spanID: id, operationName: `do ${id}`, references, startTime: start, duration, tags: [], logs: [], processID: process };
}

/** The text of a fixture. */
export function fixture(name: string): string {
  const found = fixtures.find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no fixture ${name}.`);
  return found.text;
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
