import { plants } from "./plants.ts";

/**
 * Paths and globs. A resource covers whatever it matches and everything below that. Within a segment `*` stands for any
 * characters and `?` for one; `**` stands for any number of segments. Two resources overlap when some path is covered
 * by both. The test is exact: it searches the product of both patterns instead of guessing from prefixes.
 *
 * A path or glob whose last segment has a file extension (`app.ts`, `*.md`) names files, and a glob does not reach below a
 * file unless it spells that file out as a folder: one for all tests below `src` leaves `src/app.ts` alone. Who means a folder of such a name writes `conf.d/**`.
 */

/** Does it name several resources? */
export function isGlob(resource: string): boolean {
  return resource.includes("*") || resource.includes("?");
}

/** The part before the first segment with a wildcard; "" when there is none. A plain path is its own anchor. */
export function anchorOf(resource: string): string {
  if (!isGlob(resource)) return resource;
  let end = 0;
  for (;;) {
    const slash = resource.indexOf("/", end);
    const segment = slash < 0 ? resource.slice(end) : resource.slice(end, slash);
    if (slash < 0 || isGlob(segment)) return end === 0 ? "" : resource.slice(0, isGlob(segment) ? end - 1 : resource.length);
    end = slash + 1;
  }
}

/** The path one up, or undefined at the top. */
export function parentOf(path: string): string | undefined {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? undefined : path.slice(0, slash);
}

/** Is `path` the same as `ancestor` or below it? Both plain. */
export function isAtOrBelow(path: string, ancestor: string): boolean {
  return path.startsWith(ancestor) && (path.length === ancestor.length || path.charCodeAt(ancestor.length) === 47);
}

/** Does the last segment have a file extension: something, a dot, then at most ten letters and digits, a letter first? */
export function namesFile(path: string): boolean {
  return /[^./]\.[A-Za-z][A-Za-z0-9]{0,9}$/.test(path);
}

/** Is there a path that both cover? Polynomial in the number of segments and characters, whatever the wildcards. */
export function overlaps(a: string, b: string): boolean {
  if (a === b) return true;
  if (!isGlob(a) && !isGlob(b)) return isAtOrBelow(a, b) || isAtOrBelow(b, a);
  if (plants.overlapMissed && isGlob(a) && isGlob(b)) return false;
  return patternsMeet(a, b);
}

/** Do the covers of two patterns share a path? A search of the product of both, each state once. */
function patternsMeet(a: string, b: string): boolean {
  const left = a.split("/");
  const right = b.split("/");
  const leftFile = namesFile(a);
  const rightFile = namesFile(b);
  const width = right.length + 1;
  const seen = new Uint8Array((left.length + 1) * width);
  const open: number[] = [0];
  while (open.length > 0) {
    const at = open.pop() as number;
    if (seen[at] === 1) continue;
    seen[at] = 1;
    const i = Math.floor(at / width);
    const j = at % width;
    // One pattern is used up: it covers whatever the rest of the other leads to, unless that would be below a file.
    if (i === left.length) {
      if (!leftFile || j === right.length) return true;
      if (right[j] === "**") open.push(at + 1);
      continue;
    }
    if (j === right.length) {
      if (!rightFile) return true;
      if (left[i] === "**") open.push(at + width);
      continue;
    }
    const l = left[i] as string;
    const r = right[j] as string;
    if (l === "**") open.push(at + width, at + 1);
    if (r === "**") open.push(at + 1, at + width);
    if (l === "**" || r === "**" || !segmentsMeet(l, r)) continue;
    // One ends here, the other goes on and names this segment without a wildcard: it spells it out as a folder.
    if ((i + 1 === left.length && !isGlob(r)) || (j + 1 === right.length && !isGlob(l))) return true;
    open.push(at + width + 1);
  }
  return false;
}

/**
 * Does `pattern` cover all of `resource`? Exact for plain paths. A glob is taken by its text: `repo/**` covers
 * `repo/src/*.ts`, `repo/*.ts` does not cover `repo/a*`.
 */
export function covers(pattern: string, resource: string): boolean {
  if (pattern === resource) return true;
  if (!isGlob(pattern)) return isAtOrBelow(resource, pattern);
  const left = pattern.split("/");
  const right = resource.split("/");
  // reach[j]: the first i segments of the pattern match the first j of the resource.
  let reach = new Array<boolean>(right.length + 1).fill(false);
  reach[0] = true;
  for (const segment of left) {
    const next = new Array<boolean>(right.length + 1).fill(false);
    for (let j = 0; j <= right.length; j++) {
      if (segment === "**") next[j] = reach[j] === true || (j > 0 && next[j - 1] === true);
      else if (j > 0 && reach[j - 1] === true) next[j] = segmentHolds(segment, right[j - 1] as string);
    }
    reach = next;
  }
  return reach.includes(true);
}

/** Does a segment without `**` match all that the other, taken by its text, matches? Its `*` may stand for a wildcard, its `?` for a `?`. */
function segmentHolds(pattern: string, text: string): boolean {
  if (pattern === text) return true;
  if (text === "**" || !isGlob(pattern)) return false;
  const right = [...text];
  // reach[j]: what came of the pattern so far holds the first j signs of the text.
  let reach = [true, ...right.map(() => false)];
  for (const sign of pattern) {
    const first = reach.indexOf(true);
    const step = right.map((other, j) => reach[j] === true && (sign === other || (sign === "?" && other !== "*")));
    reach = sign === "*" ? reach.map((_, j) => first >= 0 && j >= first) : [false, ...step];
  }
  return reach.at(-1) === true;
}

/** Is there a text that both segments match? */
function segmentsMeet(a: string, b: string): boolean {
  if (a === b) return true;
  if (!isGlob(a) && !isGlob(b)) return false;
  const left = [...a];
  const right = [...b];
  const width = right.length + 1;
  const seen = new Uint8Array((left.length + 1) * width);
  const open: number[] = [0];
  while (open.length > 0) {
    const at = open.pop() as number;
    if (seen[at] === 1) continue;
    seen[at] = 1;
    const i = Math.floor(at / width);
    const j = at % width;
    const l = left[i];
    const r = right[j];
    if (l === undefined && r === undefined) return true;
    if (l === "*") {
      open.push(at + width);
      if (r !== undefined) open.push(at + 1);
    }
    if (r === "*") {
      open.push(at + 1);
      if (l !== undefined) open.push(at + width);
    }
    if (l !== undefined && r !== undefined && l !== "*" && r !== "*" && (l === r || l === "?" || r === "?")) open.push(at + width + 1);
  }
  return false;
}
