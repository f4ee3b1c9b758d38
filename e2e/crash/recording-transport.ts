import { socketTransport } from "../../shared/client/socket-transport.ts";
import type { Transport } from "../../shared/client/transport.ts";
import { answersSchema, joinAnswerSchema, noticesSchema } from "../../shared/protocol/index.ts";
import type { Observation } from "./observations.ts";

interface Sent {
  readonly id: string;
  readonly type: string;
  readonly fence?: string;
}

/** The client's own connection, with everything that the server acknowledges on it written down as it arrives. */
export function recordingTransport(url: string, record: (observation: Observation) => void): Transport {
  const open = socketTransport(url);
  return (handshake, events) => {
    let session = "";
    /** A notice may come before the answer that says whose connection it is. */
    const early: ((session: string) => Observation)[] = [];
    const granted = (make: (session: string) => Observation): void => {
      if (session === "") early.push(make);
      else record(make(session));
    };
    const connection = open(handshake, {
      ...events,
      message(event, payload) {
        const notices = event === "notices" ? noticesSchema.safeParse(payload).data : undefined;
        for (const notice of notices ?? []) {
          if (notice.type === "granted")
            granted((session) => ({ kind: "granted", session, command: notice.command, fences: notice.locks.map((lock) => lock.fence) }));
          if (notice.type === "upgraded") granted((session) => ({ kind: "granted", session, command: notice.command, fences: [notice.newFence] }));
        }
        events.message(event, payload);
      },
    });
    return {
      close: () => connection.close(),
      ask(event, message, answer) {
        connection.ask(event, message, (raw) => {
          if (event === "join" || event === "resume") {
            const joined = joinAnswerSchema.safeParse(raw).data;
            if (joined?.ok) {
              ({ session } = joined.holdings);
              record({ kind: "joined", session, agent: joined.holdings.agent });
              for (const make of early.splice(0)) record(make(session));
            }
          } else if (event === "commands") {
            const sent = new Map((message as readonly Sent[]).map((command) => [command.id, command]));
            for (const given of answersSchema.safeParse(raw).data ?? []) {
              const command = sent.get(given.id);
              if (command) record({ kind: "answered", session, type: command.type, fence: command.fence, answer: given });
            }
          }
          answer(raw);
        });
      },
    };
  };
}
