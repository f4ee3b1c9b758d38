import type { Answer, CommandError } from "../model/index.ts";
import type { HeartbeatAnswer, Join, JoinAnswer, Notice, Resume } from "./agents.ts";
import type {
  Credit,
  Frame,
  History,
  HistoryAnswer,
  Preview,
  PreviewAnswer,
  Report,
  StateAnswer,
  StateOf,
  Stopped,
  Subscribe,
  SubscribeAnswer,
  Vitals,
  VitalsAnswer,
} from "./operators.ts";

/** Event maps for Socket.IO. Whatever arrives is still parsed with its schema: types do not cross a network. */

export interface AgentToServer {
  join(message: Join, answer: (answer: JoinAnswer) => void): void;
  resume(message: Resume, answer: (answer: JoinAnswer) => void): void;
  commands(commands: readonly unknown[], answer: (answers: Answer[]) => void): void;
  heartbeat(message: Record<string, never>, answer: (answer: HeartbeatAnswer) => void): void;
}

export interface ServerToAgent {
  /** A message without an acknowledgement was refused: with one, the refusal is its answer. */
  refused(error: CommandError): void;
  notices(notices: Notice[]): void;
}

export interface OperatorToServer {
  subscribe(message: Subscribe, answer: (answer: SubscribeAnswer) => void): void;
  credit(message: Credit): void;
  commands(commands: readonly unknown[], answer: (answers: Answer[]) => void): void;
  history(message: History, answer: (answer: HistoryAnswer) => void): void;
  state(message: StateOf, answer: (answer: StateAnswer) => void): void;
  preview(message: Preview, answer: (answer: PreviewAnswer) => void): void;
  vitals(message: Vitals, answer: (answer: VitalsAnswer) => void): void;
}

export interface ServerToOperator {
  /** As for agents. */
  refused(error: CommandError): void;
  frame(frame: Frame): void;
  /** The viewer lagged too far: it must subscribe anew. */
  lagged(): void;
  report(report: Report): void;
  stopped(message: Stopped): void;
}
