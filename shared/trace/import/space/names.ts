import { limits } from "../../../model/index.ts";
import { TraceError } from "../../format/error.ts";
import { clip } from "../json/read.ts";
import { importLimits } from "../limits.ts";

const longestId = 64;
const longestSegment = 200;
const mostSegments = limits.pathSegments;

/** Agent ids of a space for whatever names a file has: different names get different ids. */
export class Names {
  readonly #ids = new Map<string, string>();
  readonly #taken = new Set<string>();

  idOf(name: string): string {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    if (this.#ids.size >= importLimits.agents)
      throw new TraceError(`The file names more than ${importLimits.agents} agents, which is what a space shows at most.`);
    const plain = name.replace(/[^A-Za-z0-9._:@-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "");
    const base = plain === "" ? "agent" : plain.slice(0, longestId);
    let id = base;
    for (let count = 2; this.#taken.has(id); count += 1) id = `${base.slice(0, longestId - String(count).length - 1)}-${count}`;
    this.#taken.add(id);
    this.#ids.set(name, id);
    return id;
  }
}

/** A resource's path, one segment a part. No part has anything of a path or a pattern left in it. */
export function pathOf(...parts: readonly string[]): string {
  const kept = parts.slice(0, mostSegments);
  const longest = Math.min(longestSegment, Math.floor(limits.pathLength / Math.max(1, kept.length)) - 1);
  return kept.map((part) => segmentOf(part, longest)).join("/");
}

function segmentOf(part: string, longest: number): string {
  const plain = clip(part, longest)
    .replace(/\//g, "∕")
    .replace(/[\p{Cc}\\]+/gu, " ")
    .replace(/\p{Cs}/gu, "\ufffd")
    .replace(/[*?]/g, "_")
    .trim();
  return /^\.{0,2}$/.test(plain) ? "unnamed" : plain;
}
