/** A rectangle in the graph's own units; `x`, `y` its upper left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Does the inner box lie wholly in the outer one? */
export function holds(outer: Box, inner: Box): boolean {
  return inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.width <= outer.x + outer.width && inner.y + inner.height <= outer.y + outer.height;
}

/** One step of the skyline: from `x` on, everything above `y` is taken. */
interface Step {
  readonly x: number;
  readonly y: number;
}

/**
 * Packs rectangles under a skyline and never moves one again: each goes as far up as it fits, then as far left (the
 * bottom-left skyline heuristic of bin packing). The allowed width grows with the area, so that the whole keeps the shape
 * of a screen.
 */
export class Packing {
  readonly #gap: number;
  readonly #aspect: number;
  /** From left to right; the last one reaches as far as the width allows. */
  #steps: readonly Step[] = [{ x: 0, y: 0 }];
  #area = 0;
  #width = 0;

  constructor(gap = 28, aspect = 2.3) {
    this.#gap = gap;
    this.#aspect = aspect;
  }

  /** Tells how much is to come, so that the first ones stand wide enough at once. */
  expect(boxes: readonly { readonly width: number; readonly height: number }[]): void {
    const area = boxes.reduce((sum, { width, height }) => sum + (width + this.#gap) * (height + this.#gap), this.#area);
    this.#width = Math.max(this.#width, Math.sqrt(area * this.#aspect));
  }

  place(width: number, height: number): Box {
    const taken = width + this.#gap;
    this.#area += taken * (height + this.#gap);
    this.#width = Math.max(this.#width, taken, Math.sqrt(this.#area * this.#aspect));
    let best: Step = { x: 0, y: Number.POSITIVE_INFINITY };
    for (const { x } of this.#steps) {
      const y = this.#highest(x, x + taken);
      if (x + taken <= this.#width && y < best.y) best = { x, y };
    }
    this.#raise(best.x, best.x + taken, best.y + height + this.#gap);
    return { ...best, width, height };
  }

  /** How far down one has to go to be clear between two places. */
  #highest(from: number, to: number): number {
    let y = 0;
    for (const [index, step] of this.#steps.entries()) {
      const end = this.#steps[index + 1]?.x ?? Number.POSITIVE_INFINITY;
      if (step.x < to && end > from) y = Math.max(y, step.y);
    }
    return y;
  }

  #raise(from: number, to: number, y: number): void {
    const after = this.#steps.findLast((step) => step.x <= to);
    const steps = [...this.#steps.filter((step) => step.x < from), { x: from, y }, { x: to, y: after?.y ?? 0 }, ...this.#steps.filter((step) => step.x > to)];
    this.#steps = steps.filter((step, index) => step.y !== steps[index - 1]?.y);
  }
}
