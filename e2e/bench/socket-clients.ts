import { io, type Socket } from "socket.io-client";
import type { Answer } from "../../shared/model/index.ts";
import { type JoinAnswer, type Notice, protocolVersion } from "../../shared/protocol/index.ts";
import type { LockClient } from "./client.ts";

/**
 * Signalbox and the bare echo are driven by the very same code over the same library: what differs is only what the server
 * does between the packet that came and its acknowledgement.
 */
function connect(url: string, index: number): Promise<Socket> {
  const socket = io(`${url}/agents`, {
    transports: ["websocket"],
    forceNew: true,
    reconnection: false,
    auth: { protocol: protocolVersion, space: "main", principal: `bench-${index}` },
  });
  return new Promise((resolve, reject) => {
    socket.once("connect", () => resolve(socket));
    socket.once("connect_error", reject);
  });
}

function sender(socket: Socket, batching: boolean): (command: object) => Promise<Answer> {
  let batch: { command: object; resolve: (answer: Answer) => void }[] = [];
  const flush = () => {
    const sent = batch;
    batch = [];
    socket.emit(
      "commands",
      sent.map((one) => one.command),
      (answers: Answer[]) => {
        for (const [index, one] of sent.entries()) one.resolve(answers[index] as Answer);
      },
    );
  };
  return (command) =>
    new Promise((resolve) => {
      const first = batch.push({ command, resolve }) === 1;
      if (!batching) flush();
      else if (first) queueMicrotask(flush);
    });
}

export async function openEcho(url: string, index: number, batching: boolean): Promise<LockClient> {
  const socket = await connect(url, index);
  const send = sender(socket, batching);
  let commands = 0;
  return {
    acquire: (key) => send({ id: `c${commands++}`, type: "lock.acquire", wants: [{ resource: key }] }),
    async release(key) {
      await send({ id: `c${commands++}`, type: "lock.release", resource: key, fence: "1" });
    },
    async close() {
      socket.disconnect();
    },
  };
}

export async function openSignalbox(url: string, index: number, batching: boolean): Promise<LockClient> {
  const socket = await connect(url, index);
  const waiting = new Map<string, (fence: string) => void>();
  socket.on("notices", (notices: Notice[]) => {
    for (const notice of notices) {
      if (notice.type !== "granted") continue;
      waiting.get(notice.command)?.(notice.locks[0]?.fence as string);
      waiting.delete(notice.command);
    }
  });
  const joined = await new Promise<JoinAnswer>((resolve) => {
    socket.emit("join", { agent: `bench-${index}`, resumeKey: `bench-resume-key-${index}`, ttlMs: 60_000, replace: true }, resolve);
  });
  if (!joined.ok) throw new Error(joined.error.message);
  const send = sender(socket, batching);
  let commands = 0;
  return {
    async acquire(key) {
      const id = `c${commands++}`;
      // The notice may come in the same read as the answer: be ready for it before asking.
      const granted = new Promise<string>((resolve) => waiting.set(id, resolve));
      const answer = await send({ id, type: "lock.acquire", wants: [{ resource: key }] });
      if (!answer.ok) throw new Error(`acquire: ${answer.error.message}`);
      if (answer.result.status === "queued") return granted;
      waiting.delete(id);
      if (answer.result.status !== "granted") throw new Error(`acquire: ${answer.result.status}`);
      return answer.result.locks[0]?.fence;
    },
    async release(key, fence) {
      const answer = await send({ id: `c${commands++}`, type: "lock.release", resource: key, fence });
      if (!answer.ok) throw new Error(`release: ${answer.error.message}`);
    },
    async close() {
      socket.disconnect();
    },
  };
}
