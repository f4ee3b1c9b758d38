import { TraceError } from "../../format/error.ts";
import { clip } from "../json/read.ts";
import { importLimits } from "../limits.ts";

/** A lock of a thread dump: monitor or owned synchronizer, by its address. */
export interface DumpLock {
  readonly address: string;
  readonly what: string;
}

export interface DumpThread {
  readonly name: string;
  readonly line: number;
  readonly locked: DumpLock[];
  /** `lock`: to enter it. `park`: by a synchronizer. `notified`: it gave the monitor back until it is notified. */
  readonly waits: { readonly lock: DumpLock; readonly kind: "lock" | "park" | "notified"; readonly holder?: string | undefined }[];
  /** Innermost frame. */
  frame: string;
}

/** One dump. `found`: what the JVM itself says of deadlocks. */
export interface Dump {
  readonly line: number;
  readonly threads: Map<string, DumpThread>;
  readonly found: { readonly waiter: string; readonly holder: string; readonly lock: DumpLock; readonly line: number }[];
}

const longestLine = 4_000;
const stackHeader = /^"(.{1,300})" .{0,400}?(?:#\d+|prio=|tid=|nid=|Id=|daemon)/;
const sectionHeader = /^"(.{1,500})":\s*$/;
const asked =
  /^\s*(?:-\s*)?waiting (?:to lock (?:monitor )?|for ownable synchronizer )([^\s,]+)?,?\s*(?:\((?:(?:object |Object@)([^\s,)]+),?\s*)?(?:an? )?([^)]{0,300})\))?/;
const heldBy = /which is held by "(.{1,500})"/;
const inStack =
  /^\s*- (locked|waiting to lock|waiting to re-lock in wait\(\)|waiting on|parking to wait for|<0x[0-9a-fA-F]+>|None)\s*(?:<(0x[0-9a-fA-F]+)>)?\s*(?:\(an? (.{1,300}?)\))?\s*$/;
const onOwned = /^"(.{1,300})" (?:\w{1,20} )*Id=\d+ (?:BLOCKED|WAITING|TIMED_WAITING) on (\S{1,300}) owned by "(.{1,300})" Id=\d+/;
const newDump = /^(?:Full thread dump|Full Java thread dump)/;

/** Reads HotSpot's thread dumps (jstack, SIGQUIT, jcmd), or just their deadlock sections, and those of ThreadInfo. */
export function dumpsOf(lines: readonly string[]): Dump[] {
  const reader = new DumpReader();
  lines.forEach((text, index) => {
    reader.line(text.length > longestLine ? text.slice(0, longestLine) : text, index + 1);
  });
  return reader.dumps;
}

class DumpReader {
  readonly dumps: Dump[] = [];
  #thread: DumpThread | undefined;
  /** A deadlock section's thread and what it waits for, until the line that says who holds it. */
  #asking: { waiter: string; lock: DumpLock | undefined; line: number } | undefined;
  #threads = 0;
  /** Threads that were only named so far: by who waits for them. */
  readonly #named = new Set<DumpThread>();

  line(text: string, line: number): void {
    if (newDump.test(text)) this.#begin(line);
    const owned = onOwned.exec(text);
    if (owned !== null) return this.#owned(owned, line);
    const section = sectionHeader.exec(text)?.[1];
    const name = section ?? stackHeader.exec(text)?.[1];
    if (name !== undefined) {
      this.#thread = this.#threadOf(clip(name), line, section === undefined);
      this.#asking = section === undefined ? undefined : { waiter: clip(name), lock: undefined, line };
      return;
    }
    if (this.#asking !== undefined && !text.trimStart().startsWith("- ")) this.#section(text, line);
    else if (this.#thread !== undefined) this.#stack(text, this.#thread);
  }

  #begin(line: number): Dump {
    const dump: Dump = { line, threads: new Map(), found: [] };
    this.dumps.push(dump);
    this.#thread = undefined;
    this.#asking = undefined;
    return dump;
  }

  #threadOf(name: string, line: number, fresh: boolean): DumpThread {
    const { threads } = this.dumps[this.dumps.length - 1] ?? this.#begin(line);
    const known = threads.get(name);
    if (known !== undefined && (!fresh || this.#named.delete(known))) return known;
    this.#threads += 1;
    if (this.#threads > importLimits.items) throw new TraceError(`The file has more than ${importLimits.items} threads.`, { line });
    // Names need not be unique: another thread of the same name is called by its line as well.
    const own = known === undefined ? name : `${name} (line ${line})`;
    const thread: DumpThread = { name: own, line, locked: [], waits: [], frame: "" };
    threads.set(own, thread);
    if (!fresh) this.#named.add(thread);
    return thread;
  }

  #section(text: string, line: number): void {
    const asking = this.#asking!;
    const wait = asked.exec(text);
    if (wait !== null) asking.lock = lockOf(wait[2] ?? wait[1] ?? "", wait[3]);
    const holder = heldBy.exec(text)?.[1];
    if (holder === undefined) {
      if (/^\s+at /.test(text)) this.#asking = undefined;
      if (this.#thread !== undefined) this.#stack(text, this.#thread);
      return;
    }
    const lock = asking.lock ?? lockOf("", undefined);
    this.dumps[this.dumps.length - 1]!.found.push({ waiter: asking.waiter, holder: clip(holder), lock, line });
    this.#threadOf(clip(holder), line, false);
    this.#asking = undefined;
  }

  #stack(text: string, thread: DumpThread): void {
    const frame = /^\s+at (\S.{0,300})/.exec(text)?.[1];
    if (frame !== undefined) {
      if (thread.frame === "") thread.frame = frame;
      return;
    }
    const match = inStack.exec(text);
    if (match === null) return;
    const [, what = "", address, type] = match;
    // Locked ownable synchronizers are listed with nothing but their address.
    if (what.startsWith("<")) thread.locked.push(lockOf(what.slice(1, -1), type));
    else if (address === undefined) return;
    else if (what === "locked") thread.locked.push(lockOf(address, type));
    else thread.waits.push({ lock: lockOf(address, type), kind: what === "waiting on" ? "notified" : what.startsWith("parking") ? "park" : "lock" });
  }

  /** ThreadInfo: `"b" Id=11 BLOCKED on java.lang.Object@4517d9a3 owned by "a" Id=10`. */
  #owned([, waiter, object, holder]: RegExpExecArray, line: number): void {
    const lock: DumpLock = { address: object!, what: object! };
    const thread = this.#threadOf(clip(waiter!), line, true);
    this.#thread = thread;
    this.#asking = undefined;
    const owner = this.#threadOf(clip(holder!), line, false);
    if (!owner.locked.some((one) => one.address === lock.address)) owner.locked.push(lock);
    thread.waits.push({ lock, kind: "lock", holder: owner.name });
  }
}

function lockOf(address: string, type: string | undefined): DumpLock {
  const plain = type?.trim() ?? "";
  return { address, what: clip(plain === "" ? `lock ${address}` : `${plain} ${address}`) };
}
