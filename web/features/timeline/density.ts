import type { Brush } from "./brush.ts";

/** Densities come in so many heights, so that neighbours of one height are one box. */
const densitySteps = 4;

/** How much of each pixel is held and how much waits, where segments are too narrow to be seen one by one. */
export interface Density {
  readonly brush: Brush;
  readonly y: number;
  readonly height: number;
  /** The pixel being filled, and how much of it is held and waits. */
  column: number;
  held: number;
  waits: number;
  /** Pixels of equal height so far, not yet drawn. */
  runFrom: number;
  runTo: number;
  heldStep: number;
  waitStep: number;
}

export function newDensity(brush: Brush, y: number, height: number): Density {
  return { brush, y, height, column: Number.NaN, held: 0, waits: 0, runFrom: 0, runTo: 0, heldStep: 0, waitStep: 0 };
}

/** Adds to what a pixel shows: how much of it is held, and how much waits. */
export function cover(density: Density, column: number, held: number, waits: number): void {
  if (column !== density.column) {
    endColumn(density);
    density.column = column;
  }
  density.held += held;
  density.waits += waits;
}

function endColumn(density: Density): void {
  if (Number.isNaN(density.column)) return;
  const heldStep = stepOf(density.held);
  const waitStep = Math.min(stepOf(density.waits), densitySteps);
  const follows = density.column === density.runTo && heldStep === density.heldStep && waitStep === density.waitStep;
  if (!follows) {
    endRun(density);
    density.runFrom = density.column;
    density.heldStep = heldStep;
    density.waitStep = waitStep;
  }
  density.runTo = density.column + 1;
  density.held = 0;
  density.waits = 0;
}

function stepOf(share: number): number {
  return share === 0 ? 0 : Math.max(1, Math.round(Math.min(share, 1) * densitySteps));
}

/** Held grows from the row's bottom, waiting from its top: the two never hide each other's presence. */
function endRun({ brush, y, height, runFrom, runTo, heldStep, waitStep }: Density): void {
  if (runTo <= runFrom) return;
  const heldHeight = (height * heldStep) / densitySteps;
  if (heldStep > 0) brush.boxes.held.push(runFrom, y + height - heldHeight, runTo - runFrom, heldHeight);
  if (waitStep > 0) {
    const waitHeight = Math.max(2, ((height - 1) * waitStep) / densitySteps / 2);
    brush.boxes.waiting.push(runFrom, y, runTo - runFrom, waitHeight);
  }
}

export function flush(density: Density): void {
  endColumn(density);
  endRun(density);
  density.column = Number.NaN;
  density.runFrom = 0;
  density.runTo = 0;
}
