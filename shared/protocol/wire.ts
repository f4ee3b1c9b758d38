import { z } from "zod";
import * as model from "../model/index.ts";
import * as agents from "./agents.ts";
import * as operators from "./operators.ts";

/** One message of the protocol. */
export interface WireMessage {
  readonly from: "client" | "server";
  readonly message: z.ZodType;
  /** Socket.IO acknowledgement, where the message has one. */
  readonly answer?: z.ZodType;
}

const refused: WireMessage = { from: "server", message: model.errorSchema };

/** Every message by namespace and name: what the documentation, the fingerprint and the transcripts are checked against. */
export const wire: Readonly<Record<"/agents" | "/operators", Readonly<Record<string, WireMessage>>>> = {
  "/agents": {
    join: { from: "client", message: agents.joinSchema, answer: agents.joinAnswerSchema },
    resume: { from: "client", message: agents.resumeSchema, answer: agents.joinAnswerSchema },
    commands: { from: "client", message: z.array(model.agentCommandSchema).min(1).max(model.limits.commandsPerBatch), answer: agents.answersSchema },
    heartbeat: { from: "client", message: agents.heartbeatSchema, answer: agents.heartbeatAnswerSchema },
    notices: { from: "server", message: agents.noticesSchema },
    refused,
  },
  "/operators": {
    subscribe: { from: "client", message: operators.subscribeSchema, answer: operators.subscribeAnswerSchema },
    credit: { from: "client", message: operators.creditSchema },
    commands: { from: "client", message: z.array(model.operatorCommandSchema).min(1).max(model.limits.commandsPerBatch), answer: agents.answersSchema },
    history: { from: "client", message: operators.historySchema, answer: operators.historyAnswerSchema },
    state: { from: "client", message: operators.stateSchema, answer: operators.stateAnswerSchema },
    preview: { from: "client", message: operators.previewSchema, answer: operators.previewAnswerSchema },
    vitals: { from: "client", message: operators.vitalsSchema, answer: operators.vitalsAnswerSchema },
    frame: { from: "server", message: operators.frameSchema },
    lagged: { from: "server", message: z.undefined() },
    report: { from: "server", message: operators.reportSchema },
    stopped: { from: "server", message: operators.stoppedSchema },
    refused,
  },
};

/** What the messages of clients are made of, by the name under which the JSON Schema refers to it. */
const partsOfClient: Readonly<Record<string, z.ZodType>> = {
  agentId: model.agentIdSchema,
  sessionId: model.sessionIdSchema,
  commandId: model.commandIdSchema,
  fence: model.fenceSchema,
  resource: model.resourceSchema,
  want: model.wantSchema,
  settings: model.settingsSchema,
  agentCommand: model.agentCommandSchema,
  operatorCommand: model.operatorCommandSchema,
  handshake: agents.handshakeSchema,
};

const partsOfServer: Readonly<Record<string, z.ZodType>> = {
  agentId: model.agentIdSchema,
  sessionId: model.sessionIdSchema,
  commandId: model.commandIdSchema,
  fence: model.fenceSchema,
  resource: model.resourceSchema,
  error: model.errorSchema,
  blocker: model.blockerSchema,
  conflict: model.conflictSchema,
  want: model.wantSchema,
  lock: model.lockSchema,
  wait: model.waitSchema,
  intent: model.intentSchema,
  session: model.sessionSchema,
  result: model.resultSchema,
  notice: agents.noticeSchema,
  event: model.eventSchema,
  snapshot: model.snapshotSchema,
  effect: model.effectSchema,
};

/** `agents.join`: how a message is called in the JSON Schema. */
export function schemaName(namespace: string, message: string): string {
  return `${namespace.slice(1)}.${message}`;
}

function definitions(schemas: Readonly<Record<string, z.ZodType>>, io: "input" | "output", root: string): Readonly<Record<string, unknown>> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) if (!registry.has(schema)) registry.add(schema, { id });
  const made = z.toJSONSchema(registry, { io, unrepresentable: "any", uri: (id) => `#/${root}/$defs/${id}` });
  // They are parts of one document: its head says which JSON Schema it is.
  return Object.fromEntries(Object.entries(made.schemas).map(([id, { $schema, $id, ...schema }]) => [id, schema]));
}

/**
 * The whole wire as JSON Schema, for clients in other languages and as the protocol's fingerprint. What clients send is
 * described as they may write it: with the fields left out that have a default.
 */
export function wireSchema(): Readonly<Record<string, unknown>> {
  const client: Record<string, z.ZodType> = { ...partsOfClient };
  const server: Record<string, z.ZodType> = { ...partsOfServer };
  for (const [namespace, messages] of Object.entries(wire)) {
    for (const [name, { from, message, answer }] of Object.entries(messages)) {
      const id = schemaName(namespace, name);
      if (!(message instanceof z.ZodUndefined)) (from === "client" ? client : server)[id] = message;
      if (answer !== undefined) server[`${id}.answer`] = answer;
    }
  }
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    limits: model.limits,
    client: { $defs: definitions(client, "input", "client") },
    server: { $defs: definitions(server, "output", "server") },
  };
}

/** Names of what differs between two such documents. */
export function changedSchemas(before: Readonly<Record<string, unknown>>, now: Readonly<Record<string, unknown>>): string[] {
  const parts = (document: Readonly<Record<string, unknown>>): Map<string, string> => {
    const found = new Map<string, string>();
    const { limits, client, server } = document as { limits?: object; client?: { $defs: object }; server?: { $defs: object } };
    for (const [side, group] of Object.entries({ limits, client: client?.$defs, server: server?.$defs })) {
      for (const [name, schema] of Object.entries(group ?? {})) found.set(`${side} ${name}`, JSON.stringify(schema));
    }
    return found;
  };
  const [old, fresh] = [parts(before), parts(now)];
  return [...new Set([...old.keys(), ...fresh.keys()])].filter((name) => old.get(name) !== fresh.get(name)).sort();
}
