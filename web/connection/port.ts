import type { Answer } from "../../shared/model/index.ts";
import type { History, HistoryAnswer, OperatorCommandInput, PreviewAnswer, VitalsAnswer } from "../../shared/protocol/index.ts";

/** An act without its command id: the connection gives it one, so that a retry after a lost answer applies once. */
export type Act = OperatorCommandInput extends infer C ? (C extends { id: string } ? Omit<C, "id"> : never) : never;

/** What the dashboard asks of a server. Errors come back as answers, a lost connection as one too (`unavailable`). */
export interface OperatorPort {
  act(act: Act): Promise<Answer>;
  preview(act: Act): Promise<PreviewAnswer>;
  history(query: History): Promise<HistoryAnswer>;
  vitals(sessions: readonly string[]): Promise<VitalsAnswer>;
  close(): void;
}

const nobody = { code: "unavailable", message: "Not connected to the server. The act was not sent; try again when the lamp is green." } as const;
const noPort: OperatorPort = {
  act: async () => ({ id: "", ok: false, error: nobody }),
  preview: async () => ({ ok: false, error: nobody }),
  history: async () => ({ ok: false, error: nobody }),
  vitals: async () => ({ ok: false, error: nobody }),
  close: () => {},
};

let current: OperatorPort = noPort;

/** Makes `port` the one in use and closes the one before. */
export function setPort(port: OperatorPort | null): void {
  current.close();
  current = port ?? noPort;
}

/** The server this dashboard looks at now. */
export function port(): OperatorPort {
  return current;
}
