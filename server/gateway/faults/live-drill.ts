import { pino } from "pino";
import type { Event, FaultKind } from "../../../shared/model/index.ts";
import type { App } from "../../app.ts";
import { journalFiles } from "../../journal/files.ts";
import { temporaryFolder } from "../../journal/fixtures.ts";
import { openJournal } from "../../journal/open-journal.ts";
import { type AgentClient, closeLast, collect, command, connectOperator, type OperatorClient, startServer, subscribe, until } from "../../test-server.ts";

/** For tests: a server on which faults are allowed, an operator who injects them, and what its viewers see. */
export interface Drill {
  readonly app: App;
  readonly operator: OperatorClient;
  readonly events: () => Event[];
}

export interface DrillOnDisk extends Drill {
  /** The data folder. */
  readonly data: string;
  /** What the server logged. */
  readonly log: () => string;
}

/** The test of one kind of fault, on a drill of its own. */
export interface LiveTest<D extends Drill = Drill> {
  /** What is seen of it. */
  readonly shows: string;
  readonly test: (it: D) => Promise<void>;
}

export async function drill(): Promise<Drill> {
  return watched(await startServer({ allowFaults: true }));
}

/** With a journal on the disk, in a folder that goes with the test. */
export async function drillOnDisk(): Promise<DrillOnDisk> {
  const { folder: data, remove } = await temporaryFolder();
  closeLast(remove);
  const lines: string[] = [];
  const app = await startServer(
    { allowFaults: true, data },
    {
      log: pino({ level: "warn" }, { write: (line: string) => lines.push(line) }),
      journals: (space) => openJournal({ dataFolder: data, space, kind: "sqlite" }),
      journalFiles: (space) => journalFiles(data, space),
    },
  );
  return { ...(await watched(app)), data, log: () => lines.join("") };
}

async function watched(app: App): Promise<Drill> {
  const operator = await connectOperator(app);
  const frames = collect<{ events: Event[] }>(operator, "frame");
  await subscribe(operator);
  return { app, operator, events: () => frames.flatMap((frame) => frame.events) };
}

export async function inject({ operator }: Drill, kind: FaultKind, more: object = {}): Promise<void> {
  const answer = await command(operator, { type: "fault.inject", kind, target: "w1", durationMs: 60_000, reason: "drill", ...more });
  if (!answer.ok) throw new Error(`${kind} was refused: ${answer.error.message}`);
}

export async function stopAll({ operator }: Pick<Drill, "operator">): Promise<void> {
  const answer = await command(operator, { type: "fault.stopAll", reason: "enough" });
  if (!answer.ok) throw new Error(`stop all was refused: ${answer.error.message}`);
}

/** Sends a command that nobody may ever answer. */
export function send(socket: AgentClient, id: string): { answered: boolean } {
  const state = { answered: false };
  const answered = () => {
    state.answered = true;
  };
  socket.emitWithAck("commands", [{ id, type: "session.declare", doing: id }]).then(answered, () => undefined);
  return state;
}

export const spaceOf = ({ app }: Pick<Drill, "app">) => {
  const space = app.spaces.get("main");
  if (space === undefined) throw new Error("there is no space main");
  return space;
};

export const doing = (it: Drill, agent = "w1") => [...spaceOf(it).state.sessions.values()].find((session) => session.agent === agent)?.doing;

/** What other traffic of the same server shows: whatever was to arrive has arrived. */
export async function roundTrips(socket: AgentClient): Promise<void> {
  for (let n = 0; n < 20; n++) await command(socket, { type: "intent.check", uses: [{ resource: "x" }], lastsMs: 1 });
}

/** Waits for an event that viewers see, of a type and with these fields. */
export function seen(it: Drill, type: Event["type"], fields: Readonly<Record<string, string>> = {}): Promise<void> {
  return until(() => {
    const is = (event: Event) => event.type === type && Object.entries(fields).every(([name, value]) => Reflect.get(event, name) === value);
    if (!it.events().some(is)) throw new Error(`no ${type} ${JSON.stringify(fields)} was seen`);
  });
}
