import type { EventOf } from "../../model/index.ts";
import type { AnySpan, HoldSpan, LeadSpan, Recording, WaitSpan } from "../spans.ts";
import { attributesOfHold, attributesOfLead, attributesOfWait, waitId } from "./attributes.ts";
import { Lanes, type Place } from "./lanes.ts";
import { type Exporter, separated, written } from "./lines.ts";
import { TroubleReader, type TroubleSpan } from "./troubles.ts";

const agents = { pid: 1, name: "Agents" };
const resources = { pid: 2, name: "Resources" };
const groups = { pid: 4, name: "Groups" };
const troubles = { pid: 3, name: "Deadlocks, faults and findings" };

/** Ended holds whose slice is remembered, for an arrow to a grant that waited for it: the grant comes soon after, or never. */
const rememberedSlices = 10_000;

/** Where an arrow may begin: inside of the slice, since a viewer binds it to what is open there. */
interface Anchor {
  readonly tid: number;
  readonly us: number;
}

interface Open {
  readonly places: readonly Place[];
  readonly flow: number | undefined;
}

/**
 * Chrome's trace events (catapult, "Trace Event Format") as Perfetto reads them: a process for agents and one for
 * resources, a thread for each of them (several where slices overlap), holds and waits as slices (X), an arrow (s, f) from
 * the hold that ended to the grant that it let in, counters (C) of the queues, deadlocks and faults as slices of their own
 * and as instants through all lanes. Times are microseconds since 1970, whole numbers, so that none is rounded.
 *
 * What `signalbox.*` says stands once, with the slices of the agents.
 */
export function chromeOf(recording: Recording): Generator<string> {
  return written(recording, (write) => new ChromeExporter(recording, write));
}

class ChromeExporter implements Exporter {
  readonly #write: (text: string) => void;
  readonly #event: (text: string) => void;
  readonly #untilMs: number;
  readonly #byAgent = this.#lanesOf(agents.pid);
  readonly #byResource = this.#lanesOf(resources.pid);
  readonly #byGroup = this.#lanesOf(groups.pid);
  readonly #byTrouble = this.#lanesOf(troubles.pid);
  readonly #troubles: TroubleReader;
  readonly #open = new Map<string, Open>();
  readonly #ended = new Map<string, Anchor>();
  readonly #queues = new Map<string, number>();
  #flows = 0;
  #atMs: number;

  constructor(recording: Recording, write: (text: string) => void) {
    this.#write = write;
    this.#event = separated(write, ",\n");
    this.#untilMs = recording.untilMs;
    this.#atMs = recording.sinceMs;
    const about = { producer: "signalbox", space: recording.space, recording: recording.name };
    write(`{"displayTimeUnit":"ms","otherData":${JSON.stringify(about)},"traceEvents":[\n`);
    for (const [sort_index, { pid, name }] of [agents, resources, groups, troubles].entries()) {
      this.#put({ ph: "M", name: "process_name", pid, tid: 0, args: { name } });
      this.#put({ ph: "M", name: "process_sort_index", pid, tid: 0, args: { sort_index } });
    }
    this.#troubles = new TroubleReader(
      (trouble) => this.#began(trouble),
      (trouble) => this.#troubleEnded(trouble),
    );
    this.#troubles.begin(recording.snapshot);
  }

  holdBegan(hold: HoldSpan): void {
    const from = hold.after === undefined ? undefined : this.#ended.get(hold.after.id);
    const places = [this.#byAgent.take(hold.agent), this.#byResource.take(hold.resource)];
    let flow: number | undefined;
    if (from !== undefined && hold.request !== undefined) {
      this.#flows += 1;
      flow = this.#flows;
      this.#put({ ph: "s", cat: "grant", name: "release to grant", id: flow, pid: agents.pid, tid: from.tid, ts: from.us });
    }
    this.#open.set(`hold ${hold.id}`, { places, flow });
  }

  holdEnded(hold: HoldSpan): void {
    const attributes = attributesOfHold(hold);
    const { tid, flow } = this.#slices(`hold ${hold.id}`, "hold", `holds ${hold.resource}`, `${hold.agent} holds`, hold, attributes);
    const startUs = us(hold.startMs);
    if (flow !== undefined) this.#put({ ph: "f", bp: "e", cat: "grant", name: "release to grant", id: flow, pid: agents.pid, tid, ts: startUs });
    if (hold.endMs === undefined) return;
    this.#ended.set(hold.id, { tid, us: Math.max(startUs, us(hold.endMs) - 1) });
    if (this.#ended.size > rememberedSlices) this.#ended.delete(this.#ended.keys().next().value as string);
  }

  waitBegan(wait: WaitSpan): void {
    for (const [at, { resource }] of wait.wants.entries()) {
      this.#open.set(`wait ${waitId(wait, at)}`, { places: [this.#byAgent.take(wait.agent), this.#byResource.take(resource)], flow: undefined });
      this.#count(resource, 1, wait.startMs);
    }
  }

  waitEnded(wait: WaitSpan): void {
    for (const [at, { resource }] of wait.wants.entries()) {
      this.#slices(`wait ${waitId(wait, at)}`, "wait", `waits for ${resource}`, `${wait.agent} waits`, wait, attributesOfWait(wait, at));
      if (wait.endMs !== undefined) this.#count(resource, -1, wait.endMs);
    }
  }

  leadBegan(lead: LeadSpan): void {
    this.#open.set(`lead ${lead.term}`, { places: [this.#byAgent.take(lead.agent), this.#byGroup.take(lead.group)], flow: undefined });
  }

  leadEnded(lead: LeadSpan): void {
    this.#slices(`lead ${lead.term}`, "lead", `leads ${lead.group}`, `${lead.agent} leads`, lead, attributesOfLead(lead));
  }

  event(event: Parameters<NonNullable<Exporter["event"]>>[0]): void {
    this.#atMs = event.atMs;
    if (event.type === "message.sent") this.#message(event);
    this.#troubles.add(event);
    if (event.type === "finding.raised") this.#instant(`${event.found.kind}: ${[...event.found.agents, ...event.found.resources].join(", ")}`, "finding", "p");
  }

  end(): void {
    this.#troubles.end();
    this.#write("\n]}\n");
  }

  /** What one agent says to another: a moment of each, and an arrow between them. */
  #message({ group, agent, to, kind, position, atMs }: EventOf<"message.sent">): void {
    this.#flows += 1;
    const ends = [
      { agent, name: `says ${kind} to ${to}`, arrow: { ph: "s" } },
      { agent: to, name: `hears ${kind} from ${agent}`, arrow: { ph: "f", bp: "e" } },
    ];
    for (const { agent: whose, name, arrow } of ends) {
      const place = this.#byAgent.take(whose);
      const at = { pid: agents.pid, tid: place.tid, ts: us(atMs) };
      this.#put({ ph: "X", cat: "message", name, ...at, dur: 0, args: { group, position } });
      this.#put({ ...arrow, cat: "message", name: "message", id: this.#flows, ...at });
      this.#byAgent.free(place);
    }
  }

  /** The slice of the agent, with all that is known, and that of the resource or group. Returns the agent's. */
  #slices(
    key: string,
    cat: "hold" | "wait" | "lead",
    ofAgent: string,
    ofOther: string,
    span: AnySpan,
    args: Readonly<Record<string, string | number>>,
  ): { tid: number; flow: number | undefined } {
    const open = this.#open.get(key) as Open;
    const [agent, other] = open.places as [Place, Place];
    const [pid, lanes] = cat === "lead" ? [groups.pid, this.#byGroup] : [resources.pid, this.#byResource];
    this.#open.delete(key);
    const ts = us(span.startMs);
    const dur = us(span.endMs ?? Math.max(this.#untilMs, span.startMs)) - ts;
    this.#put({ ph: "X", cat, name: ofAgent, pid: agents.pid, tid: agent.tid, ts, dur, args });
    this.#put({ ph: "X", cat, name: ofOther, pid, tid: other.tid, ts, dur, args: { id: args["signalbox.id"] } });
    this.#byAgent.free(agent);
    lanes.free(other);
    return { tid: agent.tid, flow: open.flow };
  }

  /** The queue of a resource, each time that it changes. */
  #count(resource: string, change: number, atMs: number): void {
    const waiting = (this.#queues.get(resource) ?? 0) + change;
    if (waiting === 0) this.#queues.delete(resource);
    else this.#queues.set(resource, waiting);
    this.#put({ ph: "C", name: `queue of ${resource}`, pid: resources.pid, tid: 0, ts: us(Math.max(atMs, this.#atMs)), args: { waiting } });
  }

  #began(trouble: TroubleSpan): void {
    this.#open.set(`${trouble.kind} ${trouble.id}`, { places: [this.#byTrouble.take(trouble.kind)], flow: undefined });
    this.#instant(trouble.name, trouble.kind, "g");
  }

  #troubleEnded({ kind, id, name, agents: whose, startMs, endMs, ended }: TroubleSpan): void {
    const [place] = (this.#open.get(`${kind} ${id}`) as Open).places as [Place];
    this.#open.delete(`${kind} ${id}`);
    const ts = us(startMs);
    const dur = us(endMs ?? Math.max(this.#untilMs, startMs)) - ts;
    this.#put({ ph: "X", cat: kind, name, pid: troubles.pid, tid: place.tid, ts, dur, args: { id, agents: whose.join(", "), ended } });
    this.#byTrouble.free(place);
  }

  #instant(name: string, cat: string, s: "g" | "p"): void {
    this.#put({ ph: "i", s, cat, name, pid: troubles.pid, tid: 0, ts: us(this.#atMs) });
  }

  #lanesOf(pid: number): Lanes {
    return new Lanes(({ tid, lane, row }, sort_index) => {
      this.#put({ ph: "M", name: "thread_name", pid, tid, args: { name: row === 0 ? lane : `${lane} (${row + 1})` } });
      this.#put({ ph: "M", name: "thread_sort_index", pid, tid, args: { sort_index } });
    });
  }

  #put(event: unknown): void {
    this.#event(JSON.stringify(event));
  }
}

/** Milliseconds as microseconds: exact far beyond the year 10,000. */
function us(ms: number): number {
  return ms * 1_000;
}
