import type { Case, Site } from "../case.ts";
import { frame, httpRaw, opcodes, RawSocket, upgradeRequest } from "../raw-socket.ts";

const group = "bytes and frames";

/** A request that has to be answered with this HTTP status, or by closing where there is nothing to answer to. */
function http(name: string, bytes: (port: number) => string | Buffer, ...statuses: readonly (number | undefined)[]): Case {
  return {
    group,
    name,
    async run({ port }) {
      const answer = await httpRaw(port, bytes(port));
      if (!statuses.includes(answer?.status)) throw new Error(`expected ${statuses.join(" or ")}, got ${answer?.status}: ${answer?.body.slice(0, 200)}`);
      return answer === undefined ? "closed" : `HTTP ${answer.status}: ${answer.body.replace(/\s+/g, " ").slice(0, 120)}`;
    },
  };
}

/** A frame on an open WebSocket for which the server has to close it. */
function closes(name: string, send: (socket: RawSocket) => void, ...codes: readonly (number | undefined)[]): Case {
  return {
    group,
    name,
    async run(site) {
      const socket = await connected(site);
      try {
        send(socket);
        const code = await socket.closed();
        if (codes.length > 0 && !codes.includes(code)) throw new Error(`closed with ${code}, expected ${codes.join(" or ")}`);
        return code === undefined ? "closed" : `closed with ${code}`;
      } finally {
        socket.destroy();
      }
    },
  };
}

/** Something that says nothing to the server: the connection goes on. */
function ignored(name: string, send: (socket: RawSocket) => void): Case {
  return {
    group,
    name,
    async run(site) {
      const socket = await connected(site);
      try {
        send(socket);
        socket.send('42/agents,77["heartbeat",{}]');
        const answer = await socket.next((text) => text.startsWith("43/agents,77["));
        if (answer === undefined) throw new Error("the connection was closed");
        return "ignored, the connection goes on";
      } finally {
        socket.destroy();
      }
    },
  };
}

async function connected({ port }: Site): Promise<RawSocket> {
  const socket = await RawSocket.open(port);
  await socket.next((text) => text.startsWith("0{"));
  socket.send('40/agents,{"protocol":1}');
  await socket.next((text) => text.startsWith("40/agents,"));
  return socket;
}

const get =
  (path: string, headers = "") =>
  (port: number) =>
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${headers}Connection: close\r\n\r\n`;

export const frames: readonly Case[] = [
  http("noise instead of a request", () => Buffer.from([0, 255, 22, 3, 1, 0, 200, 13, 10, 13, 10]), 400, undefined),
  http("a request line without end", () => `GET /${"a".repeat(100_000)}`, 400, 414, 431, undefined),
  http("headers beyond all measure", get("/", `X-Long: ${"b".repeat(100_000)}\r\n`), 431),
  http("an unknown path", get("/no/such/thing.php"), 404, 200),
  http("a path out of the folder", get("/../../../../etc/passwd"), 400, 403, 404),
  http("a path out of the folder, encoded", get("/%2e%2e/%2e%2e/%2e%2e/etc/passwd"), 400, 403, 404),
  http("a path with a zero byte", get("/%00"), 400, 403, 404),
  http("a path with a broken encoding", get("/%E0%A4%A"), 400, 404),
  http("Engine.IO of another version", get("/socket.io/?EIO=3&transport=websocket"), 400),
  http("long polling, which is off", get("/socket.io/?EIO=4&transport=polling"), 400),
  http("a transport that there is not", get("/socket.io/?EIO=4&transport=carrier-pigeon"), 400),
  http("an Engine.IO session that never was", (port) => upgradeRequest(port, { path: "/socket.io/?EIO=4&transport=websocket&sid=nobody" }), 400),
  http("a WebSocket key that is none", (port) => upgradeRequest(port, { headers: { "Sec-WebSocket-Key": "short" } }), 400),
  http("a WebSocket version that is none", (port) => upgradeRequest(port, { headers: { "Sec-WebSocket-Version": "99" } }), 400, 426),
  http("a page of another site", (port) => upgradeRequest(port, { headers: { Origin: "https://evil.example" } }), 400, 403),
  http("a name that somebody lets point here", (port) => upgradeRequest(port, { headers: { Host: "evil.example" } }), 400, 403),
  closes("a frame without a mask", (socket) => socket.sendBytes(frame(opcodes.text, "3", { unmasked: true })), 1002, undefined),
  closes("a frame with reserved bits", (socket) => socket.sendBytes(frame(opcodes.text, "3", { reserved: 7 })), 1002, undefined),
  closes("a frame of an unknown kind", (socket) => socket.sendBytes(frame(11, "x")), 1002, undefined),
  closes("a frame that claims 2^62 bytes", (socket) => socket.sendBytes(frame(opcodes.text, "x", { claims: 1n << 62n })), 1002, 1009, undefined),
  closes("a frame that claims 100 MB", (socket) => socket.sendBytes(frame(opcodes.text, "x", { claims: 100_000_000n })), 1009, undefined),
  closes("text that is not UTF-8", (socket) => socket.sendBytes(frame(opcodes.text, Buffer.from([0x34, 0xc3, 0x28, 0xa0, 0xa1]))), 1007, undefined),
  closes("a ping in pieces", (socket) => socket.sendBytes(frame(opcodes.ping, "x", { fin: false })), 1002, undefined),
  closes("a ping of 200 bytes", (socket) => socket.sendBytes(frame(opcodes.ping, "x".repeat(200))), 1002, undefined),
  closes("a continuation of nothing", (socket) => socket.sendBytes(frame(opcodes.continuation, "x")), 1002, undefined),
  closes("a close code that is none", (socket) => socket.sendBytes(frame(opcodes.close, Buffer.from([0, 1]))), 1002, undefined),
  closes("a message of 4 MB", (socket) => socket.send(`42/agents,1["commands",["${"x".repeat(4_000_000)}"]]`), 1009, undefined),
  closes("a binary message that belongs to nothing", (socket) => socket.sendBytes(frame(opcodes.binary, Buffer.alloc(100)))),
  closes("an empty packet", (socket) => socket.send("")),
  closes("an Engine.IO packet of an unknown kind", (socket) => socket.send("9what")),
  closes("a Socket.IO packet of an unknown kind", (socket) => socket.send("49")),
  closes("a handshake that is null", (socket) => socket.send("40/operators,null")),
  closes("a handshake that is a list", (socket) => socket.send("40/operators,[1]")),
  closes("an event that is not JSON", (socket) => socket.send('42/agents,1["join",{')),
  closes("an event that is an object", (socket) => socket.send('42/agents,1{"join":{}}')),
  closes("an event without a name", (socket) => socket.send("42/agents,1[]")),
  closes("an event whose name is an object", (socket) => socket.send('42/agents,1[{"__proto__":{}},{}]')),
  closes("the reserved event disconnecting", (socket) => socket.send('42/agents,1["disconnecting",{}]')),
  closes("the reserved event connect_error", (socket) => socket.send('42/agents,["connect_error",{"data":{"code":"limit"}}]')),
  closes("a binary event with a million attachments", (socket) => socket.send('451000000-/agents,1["join",{"_placeholder":true,"num":0}]')),
  closes("a binary event whose number of attachments is none", (socket) => socket.send('45x-/agents,1["join",{}]')),
  closes("a text in the place of an attachment", (socket) => {
    socket.send('451-/agents,1["join",{"_placeholder":true,"num":0}]');
    socket.send('42/agents,2["heartbeat",{}]');
  }),
  closes("an attachment of another number", (socket) => {
    socket.send('451-/agents,1["join",{"_placeholder":true,"num":7}]');
    socket.sendBytes(frame(opcodes.binary, Buffer.alloc(10)));
  }),
  ignored("an answer to what was never asked", (socket) => socket.send('43/agents,999["surprise"]')),
  closes("a message to a namespace that was not joined", (socket) => socket.send('42/operators,1["history",{}]')),
  ignored("a namespace that there is not", (socket) => socket.send('40/nowhere,{"protocol":1}')),
  closes("the same namespace once more", (socket) => socket.send('40/agents,{"protocol":1}')),
];
