import { io, type Socket } from "socket.io-client";
import { type HeartbeatAnswer, type JoinAnswer, protocolVersion } from "../../shared/protocol/index.ts";

/** One of the processes that stand for a large fleet: joins its agents, then only keeps their leases alive. */

export interface FleetOrder {
  readonly url: string;
  readonly first: number;
  readonly agents: number;
  readonly ttlMs: number;
}
export type FleetReport =
  | { readonly type: "joined" }
  | { readonly type: "beats"; readonly sent: number; readonly answered: number; readonly refused: number; readonly lost: number };

/** Sockets opened at the same time: a whole fleet that joins at once is another test. */
const opening = 50;
const beats = { sent: 0, answered: 0, refused: 0, lost: 0 };

async function join(order: FleetOrder, number: number): Promise<Socket> {
  const socket = io(`${order.url}/agents`, {
    transports: ["websocket"],
    forceNew: true,
    reconnection: false,
    auth: { protocol: protocolVersion, space: "main", principal: `fleet-${number % 100}` },
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", reject);
  });
  const joined = await new Promise<JoinAnswer>((resolve) => {
    socket.emit("join", { agent: `fleet-${number}`, resumeKey: `fleet-resume-key-${number}`, ttlMs: order.ttlMs }, resolve);
  });
  if (!joined.ok) throw new Error(joined.error.message);
  socket.on("disconnect", () => beats.lost++);
  return socket;
}

function beat(socket: Socket): void {
  beats.sent++;
  socket.emit("heartbeat", {}, (answer: HeartbeatAnswer) => {
    if (answer.ok) beats.answered++;
    else beats.refused++;
  });
}

process.once("message", async (order: FleetOrder) => {
  const everyMs = order.ttlMs / 3;
  let next = order.first;
  const opener = async () => {
    while (next < order.first + order.agents) {
      const socket = await join(order, next++);
      setInterval(() => beat(socket), everyMs);
    }
  };
  await Promise.all(Array.from({ length: opening }, opener));
  process.send?.({ type: "joined" } satisfies FleetReport);
  process.on("message", () => process.send?.({ type: "beats", ...beats } satisfies FleetReport));
});
