import { type Case, type Expected, invalid, message } from "../case.ts";

const group = "operators";
const ask = (event: string, name: string, json: string | undefined, expected: Expected): Case =>
  message(group, `${event}: ${name}`, "/operators", event, json, expected);
const act = (name: string, command: string, expected: Expected): Case => ask("commands", name, `[${command}]`, expected);

export const operators: readonly Case[] = [
  ask("subscribe", "from before the beginning", '{"after":-1}', invalid("after")),
  ask("subscribe", "from between two events", '{"after":1.5}', invalid("after")),
  ask("subscribe", "from the end of time", '{"after":9007199254740991}', { status: "ok" }),
  ask("subscribe", "from a name", '{"after":"now"}', invalid("after")),
  ask("subscribe", "null", "null", invalid("")),
  ask("history", "nothing at all", '{"limit":0}', invalid("limit")),
  ask("history", "everything at once", '{"limit":1000000}', invalid("limit")),
  ask("history", "backwards", '{"after":10,"to":-1}', invalid("to")),
  ask("history", "an empty range", '{"after":10,"to":5}', { status: "ok" }),
  ask("state", "before the beginning", '{"at":-1}', invalid("at")),
  ask("state", "no position", "{}", invalid("at")),
  ask("state", "the end of time", '{"at":9007199254740991}', { status: "ok" }),
  ask("vitals", "201 sessions", `{"sessions":[${Array.from({ length: 201 }, () => '"s"').join(",")}]}`, invalid("sessions")),
  ask("vitals", "the session __proto__", '{"sessions":["__proto__"]}', invalid("sessions[0]")),
  ask("vitals", "sessions that never were", '{"sessions":["constructor","toString"]}', { status: "ok" }),
  ask("preview", "nothing", "{}", invalid()),
  ask("preview", "what an agent may do", '{"command":{"id":"p","type":"session.leave"}}', invalid("command.type")),
  ask("preview", "what only the system does", '{"command":{"id":"p","type":"tick","silent":[]}}', invalid("command.type")),
  ask("preview", "a lock that there is not", '{"command":{"id":"p","type":"lock.forceRelease","resource":"a","fence":"7","reason":"r"}}', { code: "notFound" }),
  act("what an agent may do", '{"id":"o","type":"lock.acquire","wants":[{"resource":"a"}]}', { code: "unknown", field: "type" }),
  act("a release without a reason", '{"id":"o","type":"lock.forceRelease","resource":"a","fence":"1"}', invalid("reason")),
  act("a reason of blanks", '{"id":"o","type":"lock.forceRelease","resource":"a","fence":"1","reason":" \\t "}', invalid("reason")),
  act("a release of every lock", '{"id":"o","type":"lock.forceRelease","resource":"**","fence":"*","reason":"r"}', invalid("fence")),
  act("a lock that there is not", '{"id":"o","type":"lock.forceRelease","resource":"a","fence":"99999999999999999999","reason":"r"}', { code: "notFound" }),
  act("a session that never was", '{"id":"o","type":"session.expel","session":"constructor","reason":"r"}', { code: "notFound" }),
  act("a thaw of what is not frozen", '{"id":"o","type":"resource.thaw","resource":"a","reason":"r"}', { code: "notFound" }),
  act("a capacity of nothing", '{"id":"o","type":"resource.configure","pattern":"a","settings":{"capacity":0},"reason":"r"}', invalid("settings.capacity")),
  act(
    "a level that there is not yet",
    '{"id":"o","type":"resource.configure","pattern":"a","settings":{"level":"consensus"},"reason":"r"}',
    invalid("settings.level"),
  ),
  act(
    "a setting that there is not",
    '{"id":"o","type":"resource.configure","pattern":"a","settings":{"__proto__":{"capacity":9}},"reason":"r"}',
    invalid("settings"),
  ),
  act(
    "an actor of one's own choice",
    '{"id":"o","type":"resource.freeze","resource":"a","reason":"r","actor":{"principal":"boss","role":"operator"}}',
    invalid(),
  ),
  ask("rewind", "a message that there is not", "{}", { code: "unknown" }),
  ask("join", "a message of agents", "{}", { code: "unknown" }),
];
