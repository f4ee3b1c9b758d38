import { io } from "socket.io-client";
import { errorSchema } from "../model/index.ts";
import { SignalboxError } from "./errors.ts";
import type { Transport } from "./transport.ts";

/** How long one attempt to connect may take. */
const connectTimeoutMs = 5_000;

/**
 * A connection over Socket.IO. Its own reconnection is off: it would replay buffered messages to a session that may be
 * over. `Link` opens a new connection instead, and the session resumes on it.
 */
export function socketTransport(url: string): Transport {
  return (handshake, events) => {
    const socket = io(`${url.replace(/\/+$/, "")}/agents`, {
      auth: handshake,
      transports: ["websocket"],
      reconnection: false,
      forceNew: true,
      timeout: connectTimeoutMs,
    });
    let ended = false;
    const end = (problem: SignalboxError): void => {
      if (ended) return;
      ended = true;
      socket.disconnect();
      events.closed(problem);
    };
    socket.on("connect", () => events.opened());
    socket.on("connect_error", (error) => end(refusal(url, error)));
    socket.on("disconnect", (reason) => end(new SignalboxError("unavailable", `The connection to ${url} was lost (${reason}).`)));
    socket.onAny((event: string, payload: unknown) => events.message(event, payload));
    return {
      ask: (event, message, answer) => void socket.emit(event, message, answer),
      close: () => {
        ended = true;
        socket.disconnect();
      },
    };
  };
}

/** A refusal by the server carries its reason as `data`; anything else means that nobody answered. */
function refusal(url: string, error: Error & { data?: unknown }): SignalboxError {
  const told = errorSchema.safeParse(error.data);
  if (told.success) return SignalboxError.from(told.data);
  return new SignalboxError("unavailable", `No answer from ${url}: ${error.message}. Is a Signalbox server running there?`, { cause: error });
}
