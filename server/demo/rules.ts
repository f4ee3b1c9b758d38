import { io } from "socket.io-client";
import { answersSchema, type OperatorCommandInput, protocolVersion } from "../../shared/protocol/index.ts";
import { mergerGroup } from "./merger.ts";

const withinMs = 10_000;

/** The demo's resources: a guarded repository, a GPU pool and a budget; and the group that elects its merger. Without coordination its locks only tell. */
export async function configureDemo(url: string, space: string, coordinated: boolean): Promise<void> {
  const reason = coordinated ? "demo: a coordinated fleet" : "demo: the same fleet without coordination";
  const level = coordinated ? ("sequenced" as const) : ("advisory" as const);
  const configure = (pattern: string, settings: Extract<OperatorCommandInput, { type: "resource.configure" }>["settings"]): OperatorCommandInput => ({
    id: `demo-${pattern}-${Date.now().toString(36)}`,
    type: "resource.configure",
    pattern,
    settings,
    reason,
  });
  const commands = [
    configure("repo", { level, guarded: coordinated }),
    configure("gpu/h200-pool", { capacity: 4, lockDelayMs: 1_000 }),
    configure("budget/tokens", { capacity: 1_000_000, lockDelayMs: 1_000 }),
    {
      id: `demo-merger-${Date.now().toString(36)}`,
      type: "election.configure",
      group: mergerGroup,
      settings: { policy: "firstCome", labels: { fleet: "demo" } },
      reason: "demo: one of the fleet merges",
    } satisfies OperatorCommandInput,
  ];
  const socket = io(`${url}/operators`, { transports: ["websocket"], auth: { protocol: protocolVersion, space }, reconnection: false });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("connect_error", reject);
    });
    const answers = answersSchema.parse(await socket.timeout(withinMs).emitWithAck("commands", commands));
    const refused = answers.find((answer) => !answer.ok);
    if (refused !== undefined && !refused.ok) throw new Error(`The demo's rules were refused: ${refused.error.message}`);
  } finally {
    socket.disconnect();
  }
}
