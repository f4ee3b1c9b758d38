/**
 * What paths and globs cover, by plain recursion over the definition (LK-4). Deliberately slow and apart from the engine's
 * index and pattern code: a checker that shared their code would share their mistakes.
 */

const overlapMemo = new Map<string, boolean>();
/** The simulator runs forever if asked to; the memo must not grow with it. */
const memoLimit = 100_000;

/** Is there a path that both cover? */
export function overlaps(a: string, b: string): boolean {
  if (a === b) return true;
  if (!isGlob(a) && !isGlob(b)) return a.length < b.length ? b.startsWith(a) && b[a.length] === "/" : a.startsWith(b) && a[b.length] === "/";
  const key = a < b ? `${a}\n${b}` : `${b}\n${a}`;
  const known = overlapMemo.get(key);
  if (known !== undefined) return known;
  if (overlapMemo.size >= memoLimit) overlapMemo.clear();
  const found = segmentsOverlap(a.split("/"), b.split("/"), namesFile(a), namesFile(b));
  overlapMemo.set(key, found);
  return found;
}

/**
 * Is everything that `resource` names at or below a match of `pattern`? A glob is taken by its text: its wildcards are
 * covered only by wildcards at least as wide.
 */
export function covers(pattern: string, resource: string): boolean {
  return segmentsCover(pattern.split("/"), resource.split("/"));
}

export function isGlob(resource: string): boolean {
  return resource.includes("*") || resource.includes("?");
}

/** Does the last segment end in a dot, a letter and up to nine letters or digits, with something before the dot? */
function namesFile(resource: string): boolean {
  const dot = resource.lastIndexOf(".");
  const before = resource[dot - 1] ?? "/";
  return before !== "/" && before !== "." && /^[A-Za-z][A-Za-z0-9]{0,9}$/.test(resource.slice(dot + 1));
}

function segmentsOverlap(a: readonly string[], b: readonly string[], fileA: boolean, fileB: boolean): boolean {
  const [headA, ...restA] = a;
  const [headB, ...restB] = b;
  // Whichever is at its end covers everything below, and the other can always be continued; below a file only by name.
  if (headA === undefined) return !fileA || b.every((segment) => segment === "**");
  if (headB === undefined) return !fileB || a.every((segment) => segment === "**");
  if (headA === "**") return segmentsOverlap(restA, b, fileA, fileB) || segmentsOverlap(a, restB, fileA, fileB);
  if (headB === "**") return segmentsOverlap(a, restB, fileA, fileB) || segmentsOverlap(restA, b, fileA, fileB);
  if (!namesMeet([...headA], [...headB])) return false;
  if (restA.length === 0 && !isGlob(headB)) return true;
  if (restB.length === 0 && !isGlob(headA)) return true;
  return segmentsOverlap(restA, restB, fileA, fileB);
}

/** Can one name match both of two segment patterns? */
function namesMeet(a: readonly string[], b: readonly string[]): boolean {
  const [headA, ...restA] = a;
  const [headB, ...restB] = b;
  if (headA === undefined && headB === undefined) return true;
  if (headA === "*") return namesMeet(restA, b) || (headB !== undefined && namesMeet(a, restB));
  if (headB === "*") return namesMeet(a, restB) || (headA !== undefined && namesMeet(restA, b));
  if (headA === undefined || headB === undefined) return false;
  return (headA === headB || headA === "?" || headB === "?") && namesMeet(restA, restB);
}

function segmentsCover(pattern: readonly string[], path: readonly string[]): boolean {
  const [head, ...rest] = pattern;
  if (head === undefined) return true;
  if (head === "**" && segmentsCover(rest, path)) return true;
  const [name, ...below] = path;
  if (name === undefined) return false;
  if (head === "**") return segmentsCover(pattern, below);
  return name !== "**" && nameMatches([...head], [...name]) && segmentsCover(rest, below);
}

function nameMatches(pattern: readonly string[], name: readonly string[]): boolean {
  const [head, ...rest] = pattern;
  if (head === undefined) return name.length === 0;
  if (head === "*") return nameMatches(rest, name) || (name.length > 0 && nameMatches(pattern, name.slice(1)));
  return name.length > 0 && ((head === "?" && name[0] !== "*") || head === name[0]) && nameMatches(rest, name.slice(1));
}
