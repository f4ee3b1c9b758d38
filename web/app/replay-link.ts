import { recordingUrl } from "../connection/recording-url.ts";
import { authorization } from "../connection/token.ts";
import { replay } from "../replay/replay.ts";
import { type Cursor, cursorStore, type TraceName } from "../stores/cursor.ts";
import { liveStore } from "../stores/world.ts";
import type { AppRouter } from "./router.tsx";
import { formatRange, noReplay, parseRange, type Search } from "./search.ts";

type Link = Pick<Search, "trace" | "at" | "speed" | "loop" | "a" | "b" | "follow">;

const writeAfterMs = 300;

/** What the link says of the cursor. */
export function linkOf({ trace, position, wanted, speed, loop, a, b, follow }: Cursor): Link {
  if (trace === null) return noReplay;
  const number = (value: number | null) => (value === null ? undefined : String(value));
  return {
    trace: trace.kind === "space" ? undefined : `${trace.kind}:${trace.name}`,
    at: String(Math.max(0, wanted ?? position)),
    speed: speed === 1 ? undefined : String(speed),
    loop: formatRange(loop),
    a: number(a),
    b: number(b),
    follow: follow ?? undefined,
  };
}

/** Which trace a link is about; null when it is live. */
export function traceOf({ trace, at }: Link): TraceName | null {
  const [, kind, name] = /^(recording|file):(.+)$/s.exec(trace ?? "") ?? [];
  if (kind !== undefined && name !== undefined) return { kind: kind as "recording" | "file", name };
  return at === undefined ? null : { kind: "space" };
}

const sameTrace = (left: TraceName | null, right: TraceName | null): boolean => nameOf(left) === nameOf(right);
const nameOf = (trace: TraceName | null): string => (trace === null ? "" : trace.kind === "space" ? "space" : `${trace.kind}:${trace.name}`);

/** Keeps the cursor and the link the same, whichever changes. While it plays the link stands still: it gets where one stops. */
export function mirrorReplay(router: AppRouter): void {
  const partOf = ({ trace, at, speed, loop, a, b, follow }: Search): string => JSON.stringify([trace, at, speed, loop, a, b, follow]);
  let seen = partOf({});
  /** Written here and not loaded yet: the router takes its time, and the cursor may be elsewhere by then. */
  const own = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const take = (search: Search): void => {
    const part = partOf(search);
    if (own.delete(part) || part === seen) return;
    seen = part;
    clearTimeout(timer);
    apply(search);
  };
  const write = (): void => {
    const cursor = cursorStore.getState();
    const link = linkOf(cursor);
    const before = router.latestLocation.search;
    if (cursor.playing || partOf(link) === partOf(before)) return;
    seen = partOf(link);
    own.add(seen);
    const moved = sameTrace(cursor.trace, traceOf(before));
    void router.navigate({ to: "/", search: (search) => ({ ...search, ...link }), replace: moved });
  };

  take(router.latestLocation.search);
  router.subscribe("onBeforeLoad", ({ toLocation }) => take(toLocation.search));
  cursorStore.subscribe((cursor, before) => {
    if (cursor.trace !== before.trace) {
      clearTimeout(timer);
      write();
      return;
    }
    if (cursor.trace === null || cursor.playing || partOf(linkOf(cursor)) === seen) return;
    clearTimeout(timer);
    timer = setTimeout(write, writeAfterMs);
  });
}

/** Goes where a link leads. */
function apply(search: Search): void {
  const trace = traceOf(search);
  if (trace === null) return replay.leave();
  const number = (text: string | undefined) => (text === undefined ? null : Number(text));
  const at = number(search.at);
  cursorStore.setState({ speed: Number(search.speed ?? 1), loop: parseRange(search.loop), a: number(search.a), b: number(search.b) });
  if (!sameTrace(trace, cursorStore.getState().trace)) open(trace, at, search.space ?? "main");
  else if (at !== null && at !== cursorStore.getState().position) replay.seek(at);
  if ((search.follow ?? null) !== cursorStore.getState().follow) replay.follow(search.follow ?? null);
}

function open(trace: TraceName, at: number | null, space: string): void {
  const from = at === null ? {} : { at };
  if (trace.kind === "recording") {
    const url = recordingUrl(space, trace.name);
    return replay.open({ kind: "recording", name: trace.name, url, headers: authorization(), ...from });
  }
  const known = trace.kind === "file" ? replay.files.get(trace.name) : undefined;
  if (trace.kind === "file" && known !== undefined) return replay.open({ kind: "file", file: known, name: trace.name, ...from });
  replay.await(trace, at);
  if (trace.kind === "file") return;
  // The live space has to be there before one can ask for its past.
  const begin = (): boolean => {
    if (liveStore.getState().state === null) return false;
    if (cursorStore.getState().trace?.kind === "space" && cursorStore.getState().head === null) replay.openSpace(at ?? undefined);
    return true;
  };
  if (begin()) return;
  const stop = liveStore.subscribe(() => {
    if (begin()) stop();
  });
}
