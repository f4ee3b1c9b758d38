import type { Model } from "./models.ts";
import type { Operation } from "./operation.ts";

/**
 * The definition, tried out: every choice of the operations that may have happened, in every order that keeps to who was
 * before whom. Exponential and without any cleverness, so that the checker has something to be held against.
 */
export function bruteForce<S>(operations: readonly Operation[], model: Model<S>): boolean {
  const answered = (one: Operation) => (one.outcome === "ok" ? (one.completedAt ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY);
  const place = (left: readonly Operation[], state: S): boolean => {
    // Whatever need not have happened may be left over.
    if (left.every((one) => one.outcome === "unknown")) return true;
    return left.some((one) => {
      if (left.some((other) => answered(other) < one.invokedAt)) return false;
      const after = model.step(state, one);
      return (
        after !== undefined &&
        place(
          left.filter((other) => other !== one),
          after,
        )
      );
    });
  };
  return place(
    operations.filter((one) => one.outcome !== "failed"),
    model.initial,
  );
}
