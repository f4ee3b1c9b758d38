export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where the member of this number stands on a ring, the first at the top, clockwise. */
export function placeOnRing(index: number, count: number, centre: number, radius: number): Point {
  const angle = (2 * Math.PI * index) / Math.max(1, count) - Math.PI / 2;
  return { x: centre + radius * Math.cos(angle), y: centre + radius * Math.sin(angle) };
}

/**
 * Whom a line through `from` and `to` cuts off: those on its smaller side, by the sign of the cross product. Nobody, while
 * the line has no length or all stand on one side.
 */
export function cutRing(members: readonly (Point & { readonly agent: string })[], from: Point, to: Point): string[] {
  if (Math.hypot(to.x - from.x, to.y - from.y) < 12) return [];
  const left: string[] = [];
  const right: string[] = [];
  for (const { agent, x, y } of members) {
    const side = (to.x - from.x) * (y - from.y) - (to.y - from.y) * (x - from.x);
    (side < 0 ? left : right).push(agent);
  }
  return left.length <= right.length ? left : right;
}
