import type { Page } from "playwright/test";
import type { Event } from "../../shared/model/index.ts";
import type { Frame, Subscribe, SubscribeAnswer } from "../../shared/protocol/index.ts";

/** What a browser really got over its socket to `/operators`, and what it asked for. */
export interface ViewerStream {
  readonly subscribes: Subscribe[];
  readonly answers: SubscribeAnswer[];
  /** Positions of all events received, in the order in which they came. */
  readonly positions: number[];
}

/** Listens to the page's socket from now on. Call it before the page is opened. */
export function listenToStream(page: Page): ViewerStream {
  const stream: ViewerStream = { subscribes: [], answers: [], positions: [] };
  page.on("websocket", (socket) => {
    const asked = new Set<string>();
    socket.on("framesent", ({ payload }) => {
      const [, id, body] = /^42\/operators,(\d*)(.*)$/s.exec(String(payload)) ?? [];
      const [event, message] = body === undefined ? [] : (JSON.parse(body) as [string, Subscribe]);
      if (event !== "subscribe" || id === undefined || message === undefined) return;
      asked.add(id);
      stream.subscribes.push(message);
    });
    socket.on("framereceived", ({ payload }) => {
      const [, type, id, body] = /^4([23])\/operators,(\d*)(.*)$/s.exec(String(payload)) ?? [];
      if (body === undefined) return;
      const take = (events: readonly Event[]) => stream.positions.push(...events.map((event) => event.position));
      if (type === "2") {
        const [event, message] = JSON.parse(body) as [string, Frame];
        if (event === "frame") take(message.events);
      } else if (id !== undefined && asked.delete(id)) {
        const [answer] = JSON.parse(body) as [SubscribeAnswer];
        stream.answers.push(answer);
        if (answer.ok) take(answer.events);
      }
    });
  });
  return stream;
}
