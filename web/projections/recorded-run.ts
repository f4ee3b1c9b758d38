import type { LabRecording, RecordedFlight } from "../../shared/sim/lab/recording.ts";
import type { ShownFlight, ShownNode } from "./nodes-view.ts";

/** A recorded run that can be looked at at any moment, forwards and backwards. Steps count from 0. */
export class RecordedRun {
  readonly recording: LabRecording;
  /** The steps at which a higher term is shown for the first time. */
  readonly terms: readonly { readonly step: number; readonly term: number }[];
  readonly #stepsOf = new Map<string, number[]>();
  /** Longest time that a message was on its way. */
  readonly #longestMs: number;

  constructor(recording: LabRecording) {
    this.recording = recording;
    const terms: { step: number; term: number }[] = [];
    for (const [step, { agent, view }] of recording.moments.entries()) {
      const steps = this.#stepsOf.get(agent);
      if (steps === undefined) this.#stepsOf.set(agent, [step]);
      else steps.push(step);
      if (view !== undefined && view.term > (terms.at(-1)?.term ?? 0)) terms.push({ step, term: view.term });
    }
    this.terms = terms;
    this.#longestMs = recording.flights.reduce((longest, flight) => Math.max(longest, endOf(flight, recording.cell.delayMs) - flight.sentMs), 0);
  }

  get lastStep(): number {
    return Math.max(0, this.recording.moments.length - 1);
  }

  get endMs(): number {
    return this.timeOf(this.lastStep);
  }

  timeOf(step: number): number {
    return this.recording.moments[step]?.atMs ?? 0;
  }

  /** The last step that was done by then. */
  stepAt(atMs: number): number {
    return Math.max(0, firstAfter(this.recording.moments.length, (index) => this.timeOf(index) > atMs) - 1);
  }

  /** What every node had shown last by `step`, as of `atMs`. */
  nodes(step: number, atMs: number): ShownNode[] {
    return this.recording.agents.map((agent) => {
      const steps = this.#stepsOf.get(agent) ?? [];
      const last = steps[firstAfter(steps.length, (index) => (steps[index] ?? 0) > step) - 1];
      const moment = last === undefined ? undefined : this.recording.moments[last];
      return { agent, view: moment?.view, agoMs: moment === undefined ? 0 : Math.max(0, atMs - moment.atMs) };
    });
  }

  /** What was on its way at `atMs`. A message that was lost comes half of the way. */
  flights(atMs: number): ShownFlight[] {
    const { flights, cell } = this.recording;
    const shown: ShownFlight[] = [];
    for (let index = firstAfter(flights.length, (at) => (flights[at]?.sentMs ?? 0) >= atMs - this.#longestMs); index < flights.length; index++) {
      const flight = flights[index];
      if (flight === undefined || flight.sentMs > atMs) break;
      const endMs = endOf(flight, cell.delayMs);
      if (endMs <= atMs || flight.from === flight.to) continue;
      const share = (atMs - flight.sentMs) / (endMs - flight.sentMs);
      const lost = flight.arriveMs === undefined;
      shown.push({ from: flight.from, to: flight.to, kind: flight.kind, share: lost ? share / 2 : share, lost });
    }
    return shown;
  }

  /** The step at which the next term begins, or the one before; the step itself when there is none. */
  termFrom(step: number, direction: 1 | -1): number {
    const found = direction === 1 ? this.terms.find((begun) => begun.step > step) : this.terms.findLast((begun) => begun.step < step);
    return found?.step ?? step;
  }
}

const endOf = ({ arriveMs, sentMs }: RecordedFlight, delayMs: number) => arriveMs ?? sentMs + delayMs;

/** The first index for which it is true; `count` when there is none. It has to be false before and true after. */
function firstAfter(count: number, isAfter: (index: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isAfter(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
