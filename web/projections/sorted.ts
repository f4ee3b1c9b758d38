/** Where one belongs in a list in order: before the first that does not come before it, from a place on. */
export function placeOf<T>(list: readonly T[], one: T, compare: (one: T, other: T) => number, from = 0): number {
  let low = from;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(list[middle] as T, one) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
