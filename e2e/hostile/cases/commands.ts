import { assertAnswer, assertAnswers, type Case, commands, type Expected, invalid, withAgent } from "../case.ts";

const many = (count: number, one: (index: number) => string): string => Array.from({ length: count }, (_, index) => one(index)).join(",");
const acquire = (name: string, fields: string, expected: Expected): Case =>
  commands("locks", `acquire: ${name}`, `[{"id":"c","type":"lock.acquire",${fields}}]`, expected);
const path = (name: string, resource: string, expected: Expected = invalid("wants[0].resource")): Case =>
  acquire(name, `"wants":[{"resource":${JSON.stringify(resource)}}]`, expected);
const one = (name: string, command: string, expected: Expected): Case => commands("locks", name, `[${command}]`, expected);
const granted: Expected = { status: "granted" };

export const batches: readonly Case[] = [
  commands("batches", "an object in the place of the list", "{}", invalid("")),
  commands("batches", "an empty list", "[]", invalid("")),
  commands("batches", "129 commands", `[${many(129, (index) => `{"id":"c${index}","type":"session.declare"}`)}]`, invalid("")),
  commands("batches", "text", '"session.leave"', invalid("")),
  commands("batches", "null among commands", '[null,{"id":"c","type":"session.declare"}]', invalid(""), { status: "done" }),
  commands("batches", "a list among commands", '[[{"id":"c","type":"session.declare"}]]', invalid("")),
  commands("batches", "a command without a type", '[{"id":"c"}]', invalid("type")),
  commands("batches", "a type that there is not", '[{"id":"c","type":"lock.steal"}]', { code: "unknown", field: "type" }),
  commands("batches", "the type constructor", '[{"id":"c","type":"constructor"}]', { code: "unknown", field: "type" }),
  commands("batches", "a type that is an object", '[{"id":"c","type":{"toString":"lock.acquire"}}]', invalid("type")),
  commands("batches", "a command of the system", '[{"id":"c","type":"tick","silent":[]}]', { code: "unknown", field: "type" }),
  commands("batches", "an expiry of somebody else", '[{"id":"c","type":"session.disconnect","session":"s"}]', { code: "unknown", field: "type" }),
  commands("batches", "an operator's command", '[{"id":"c","type":"lock.forceRelease","resource":"a","fence":"1","reason":"mine"}]', {
    code: "unknown",
    field: "type",
  }),
  commands("batches", "no id", '[{"type":"session.declare"}]', invalid("id")),
  commands("batches", "an id that is a number", '[{"id":7,"type":"session.declare"}]', invalid("id")),
  commands("batches", "an id of 65 characters", `[{"id":"${"i".repeat(65)}","type":"session.declare"}]`, invalid("id")),
  commands(
    "batches",
    "the id __proto__, twice",
    `[${many(2, () => '{"id":"__proto__","type":"session.declare","progress":1}')}]`,
    { status: "done" },
    { status: "done" },
  ),
  commands("batches", "a field twice", '[{"id":"c","type":"session.declare","type":"lock.steal"}]', { code: "unknown", field: "type" }),
  commands("batches", "a state that there is not", '[{"id":"c","type":"session.declare","state":"dead"}]', invalid("state")),
  commands("batches", "progress that goes back", '[{"id":"c","type":"session.declare","progress":-1}]', invalid("progress")),
  commands("batches", "progress without end", '[{"id":"c","type":"session.declare","progress":1e999}]', invalid("progress")),
  commands("batches", "progress beyond what counts", '[{"id":"c","type":"session.declare","progress":1e17}]', invalid("progress")),
  commands("batches", "a message too long", `[{"id":"c","type":"session.declare","doing":"${"x".repeat(200_000)}"}]`, { code: "limit" }),
];

export const locks: readonly Case[] = [
  acquire("no wants", '"reason":"x"', invalid("wants")),
  acquire("an empty list of wants", '"wants":[]', invalid("wants")),
  acquire("65 wants", `"wants":[${many(65, (index) => `{"resource":"r${index}"}`)}]`, invalid("wants")),
  acquire("wants that are an object", '"wants":{"0":{"resource":"a"},"length":1}', invalid("wants")),
  acquire("a want that is a path", '"wants":["a"]', invalid("wants[0]")),
  path("an empty path", ""),
  path("the root", "/"),
  path("an empty segment", "a//b"),
  path("a slash at the end", "a/"),
  path("an absolute path", "/etc/passwd"),
  path("out of the tree", "../../etc/passwd"),
  path("out of the tree on the way", "a/../../b"),
  path("a backslash", "C:\\Windows"),
  path("a zero byte", "a\u0000b"),
  path("a line break", "a\nb"),
  path("an escape sequence of terminals", "a\u001b[2Jb"),
  path("a control character beyond ASCII", "a\u0085b"),
  path("half a surrogate pair", "a\ud800b"),
  path("513 characters", "a".repeat(513)),
  path("33 segments", Array.from({ length: 33 }, () => "a").join("/")),
  path("10,000 segments", Array.from({ length: 10_000 }, () => "a").join("/")),
  path("two stars that do not stand alone", "a/**b"),
  path("names of the language", "__proto__/constructor/hasOwnProperty", granted),
  path("right-to-left and combining characters", "r\u202e\u0301/\u{1f600}", granted),
  acquire("a path that is a number", '"wants":[{"resource":7}]', invalid("wants[0].resource")),
  acquire("a mode that there is not", '"wants":[{"resource":"a","mode":"IX"}]', invalid("wants[0].mode")),
  acquire("a weight of nothing", '"wants":[{"resource":"a","weight":0}]', invalid("wants[0].weight")),
  acquire("a negative weight", '"wants":[{"resource":"a","weight":-1}]', invalid("wants[0].weight")),
  acquire("a weight beyond all capacity", '"wants":[{"resource":"a","weight":1e300}]', invalid("wants[0].weight")),
  acquire("more than the capacity", '"wants":[{"resource":"a","weight":2}]', invalid("wants[0].weight")),
  acquire("a negative wait", '"wants":[{"resource":"a"}],"waitMs":-1', invalid("waitMs")),
  acquire("a wait without end", '"wants":[{"resource":"a"}],"waitMs":1e999', invalid("waitMs")),
  acquire("a wait beyond all timers", '"wants":[{"resource":"a"}],"waitMs":1e15', invalid("waitMs")),
  acquire("a priority beyond the range", '"wants":[{"resource":"a"}],"priority":1000000', invalid("priority")),
  acquire("a hold of nothing", '"wants":[{"resource":"a"}],"holdMs":0', invalid("holdMs")),
  acquire("a reason of 501 characters", `"wants":[{"resource":"a"}],"reason":"${"r".repeat(501)}"`, invalid("reason")),
  acquire("a fence of one's own choice", '"wants":[{"resource":"a","fence":"999999"}]', invalid("wants[0]")),
  acquire("the field __proto__", '"wants":[{"resource":"a","__proto__":{"weight":0}}]', invalid("wants[0]")),

  one("release: a fence that is a number", '{"id":"c","type":"lock.release","resource":"a","fence":1}', invalid("fence")),
  one("release: a fence with a leading zero", '{"id":"c","type":"lock.release","resource":"a","fence":"01"}', invalid("fence")),
  one("release: a negative fence", '{"id":"c","type":"lock.release","resource":"a","fence":"-1"}', invalid("fence")),
  one("release: a fence in scientific notation", '{"id":"c","type":"lock.release","resource":"a","fence":"1e3"}', invalid("fence")),
  one("release: a fence of 21 digits", `{"id":"c","type":"lock.release","resource":"a","fence":"${"9".repeat(21)}"}`, invalid("fence")),
  one("release: a fence that is NaN", '{"id":"c","type":"lock.release","resource":"a","fence":"NaN"}', invalid("fence")),
  one("release: a fence that nobody has yet", '{"id":"c","type":"lock.release","resource":"a","fence":"99999999999999999999"}', { code: "notHolder" }),
  one("cancel: what never waited", '{"id":"c","type":"lock.cancel","acquire":"__proto__"}', { code: "notFound" }),
  one("upgrade: what is not held", '{"id":"c","type":"lock.upgrade","resource":"a","fence":"1"}', { code: "notHolder" }),
  one("transfer: what is not held", '{"id":"c","type":"lock.transfer","resource":"a","fence":"1","to":"constructor"}', { code: "notHolder" }),
  one("guard report: a highest fence that is none", '{"id":"c","type":"guard.report","resource":"a","fence":"1","highest":"x"}', invalid("highest")),
  one("intent: no use", '{"id":"c","type":"intent.announce","uses":[],"lastsMs":1,"reason":"r"}', invalid("uses")),
  one("intent: no time", '{"id":"c","type":"intent.announce","uses":[{"resource":"a"}],"lastsMs":0,"reason":"r"}', invalid("lastsMs")),
  one("intent: a reason of blanks", '{"id":"c","type":"intent.announce","uses":[{"resource":"a"}],"lastsMs":1,"reason":"   "}', invalid("reason")),
  one("intent: the intent constructor", '{"id":"c","type":"intent.commit","intent":"constructor"}', { code: "notFound" }),

  {
    group: "locks",
    name: "release, upgrade and transfer: another session's fence",
    run: (site) =>
      withAgent(site, async (owner) => {
        const resource = site.name();
        const taken = await owner.ask("commands", `[{"id":"c","type":"lock.acquire","wants":[{"resource":"${resource}"}]}]`);
        const fence = /"fence":"(\d+)"/.exec(JSON.stringify(taken))?.[1];
        return withAgent(site, async (thief) => {
          const lock = `"resource":"${resource}","fence":"${fence}"`;
          const tries = ["lock.release", "lock.upgrade", "lock.downgrade"].map((type) => `{"id":"${type}","type":"${type}",${lock}}`);
          const no: Expected = { code: "notHolder" };
          const said = assertAnswers(await thief.ask("commands", `[${tries.join(",")},{"id":"t","type":"lock.transfer",${lock},"to":"x"}]`), [no, no, no, no]);
          assertAnswers(await owner.ask("commands", `[{"id":"r","type":"lock.release",${lock}}]`), [{ status: "done" }]);
          return said;
        });
      }),
  },
  {
    group: "locks",
    name: "globs made to take forever, against each other and against long names",
    run: (site) =>
      withAgent(site, async (client) => {
        const stars = Array.from({ length: 15 }, () => "**/*a*b*").join("/");
        const wants = [`${stars}/c`, `${stars}/d`, `x/${"*a".repeat(200)}b`, `x/${"a".repeat(400)}`, `**/${"*?".repeat(150)}`, `y/${"?".repeat(400)}`];
        const answers = [];
        for (const [index, resource] of wants.entries()) {
          answers.push(
            await client.ask("commands", `[{"id":"g${index}","type":"lock.acquire","wants":[{"resource":${JSON.stringify(resource)}}],"waitMs":0}]`),
          );
        }
        return withAgent(site, async (other) => {
          for (const [index, resource] of wants.entries()) {
            const text = JSON.stringify(resource);
            const answer = await other.ask("commands", `[{"id":"g${index}","type":"lock.acquire","wants":[{"resource":${text},"mode":"shared"}],"waitMs":0}]`);
            assertAnswers(answer, [{ code: "busy" }]);
          }
          return `${answers.length} granted to one, refused busy to the other`;
        });
      }),
  },
  {
    group: "locks",
    name: "a message with two contents, and one without an acknowledgement",
    run: (site) =>
      withAgent(site, async (client) => {
        const answer = client.answer(900);
        client.tell('900["heartbeat",{},{"again":true}]');
        assertAnswer(await answer, { status: "ok" });
        client.tell('["commands",[{"id":"c","type":"session.leave"}]]');
        const refused = await client.heard("refused");
        return assertAnswer({ ok: false, error: refused }, { code: "invalid" });
      }),
  },
];
