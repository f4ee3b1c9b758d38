import type { Answer } from "../../shared/model/index.ts";
import type { History, HistoryAnswer, OperatorCommandInput, PreviewAnswer, StateAnswer, VitalsAnswer } from "../../shared/protocol/index.ts";

/** An act without its command id: the connection gives it one, so that a retry after a lost answer applies once. */
export type Act = OperatorCommandInput extends infer C ? (C extends { id: string } ? Omit<C, "id"> : never) : never;

/** What the dashboard asks of a server. Errors come back as answers, a lost connection as one too (`unavailable`). */
export interface OperatorPort {
  act(act: Act): Promise<Answer>;
  preview(act: Act): Promise<PreviewAnswer>;
  history(query: History): Promise<HistoryAnswer>;
  /** The newest state that is kept at or before a position. */
  state(at: number): Promise<StateAnswer>;
  vitals(sessions: readonly string[]): Promise<VitalsAnswer>;
  close(): void;
}

const nobody = { code: "unavailable", message: "Not connected to the server. The act was not sent; try again when the lamp is green." } as const;
const noPort: OperatorPort = {
  act: async () => ({ id: "", ok: false, error: nobody }),
  preview: async () => ({ ok: false, error: nobody }),
  history: async () => ({ ok: false, error: nobody }),
  state: async () => ({ ok: false, error: nobody }),
  vitals: async () => ({ ok: false, error: nobody }),
  close: () => {},
};

let current: OperatorPort = noPort;
let past: OperatorPort | undefined;

/** Makes `port` the one in use and closes the one before. */
export function setPort(port: OperatorPort | null): void {
  current.close();
  current = port ?? noPort;
}

/** While the past is looked at, questions go to it and acts to nobody; undefined ends that. The connection stays. */
export function setPastPort(port: OperatorPort | undefined): void {
  past = port;
}

/** Whom the views ask: the server this dashboard looks at now, or the past. */
export function port(): OperatorPort {
  return past ?? current;
}

/** The server, also while the past is looked at. */
export function livePort(): OperatorPort {
  return current;
}
