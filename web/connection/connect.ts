import { io } from "socket.io-client";
import { protocolVersion } from "../../shared/protocol/index.ts";
import { EventLog } from "../stores/event-log.ts";
import { liveStore } from "../stores/world.ts";
import { type LinkSocket, OperatorLink } from "./operator-link.ts";
import { setPort } from "./port.ts";
import { readToken } from "./token.ts";

/** Looks at `space` from now on; whatever was looked at before is let go. */
export function connect(space: string): void {
  const token = readToken();
  const socket = io("/operators", {
    auth: { protocol: protocolVersion, space, ...(token === undefined ? {} : { token }) },
    transports: ["websocket", "polling"],
    reconnectionDelay: 500,
    reconnectionDelayMax: 5_000,
    forceNew: true,
    autoConnect: false,
  });
  const link: LinkSocket = {
    get active() {
      return socket.active;
    },
    on: (event, listener) => socket.on(event, listener as (...args: unknown[]) => void),
    emit: (event, message) => socket.emit(event, message),
    ask: (event, message, timeoutMs) => socket.timeout(timeoutMs).emitWithAck(event, message),
    connect: () => socket.connect(),
    close: () => socket.close(),
  };
  setPort(new OperatorLink(link));
  liveStore.setState({
    status: "connecting",
    problem: undefined,
    space,
    state: null,
    actor: null,
    events: new EventLog(),
    revision: liveStore.getState().revision + 1,
  });
  socket.connect();
}
