/** Paths stand together by their first two segments; the last segment never names a group of its own. */
export function groupOf(path: string): string {
  const segments = path.split("/");
  return segments.slice(0, Math.max(1, Math.min(2, segments.length - 1))).join("/");
}

/** What is left of a path inside its group: `engine/locks.ts` in `repo/src`. */
export function nameInGroup(path: string, group: string): string {
  return path.startsWith(`${group}/`) ? path.slice(group.length + 1) : path;
}

/** The folders above a path, nearest first. */
export function* ancestors(path: string): Generator<string> {
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) yield path.slice(0, end);
}
