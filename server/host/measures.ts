import type { ErrorCode } from "../../shared/model/index.ts";

/** What a space counts of itself. Plain numbers, so that counting costs nothing on the way of a command; `/metrics` reads them. */
export class Measures {
  commands = 0;
  readonly refusals = new Map<ErrorCode, number>();
  events = 0;
  /** Leaders. */
  elected = 0;
  checkpoints = 0;
  /** Called once a flush is durable. */
  onFlush: ((seconds: number, events: number) => void) | undefined;

  refused(code: ErrorCode): void {
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
  }
}
