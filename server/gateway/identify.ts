import type { Actor, CommandError, Role } from "../../shared/model/index.ts";
import { firstProblem, handshakeSchema, oldestProtocolVersion, protocolVersion } from "../../shared/protocol/index.ts";
import type { TokenTable } from "../config/tokens.ts";

export interface Identity {
  readonly actor: Actor;
  readonly space: string;
}

/** Whose acts come from the configuration file; nobody else may go by that name. */
const reserved = "configuration";

/**
 * Who wants to connect, and where to. Without tokens everybody is let in as who they say they are: that is possible on a
 * loopback address only.
 */
export function identify(
  auth: unknown,
  namespaceRoles: readonly [Role, ...Role[]],
  tokens: TokenTable,
  spaces: { has(name: string): boolean },
): Identity | CommandError {
  const parsed = handshakeSchema.safeParse(auth);
  if (!parsed.success) return { code: "invalid", ...firstProblem(parsed.error) };
  const { protocol, space, token, principal } = parsed.data;
  if (protocol < oldestProtocolVersion || protocol > protocolVersion) {
    const spoken = oldestProtocolVersion === protocolVersion ? `version ${protocolVersion}` : `versions ${oldestProtocolVersion} to ${protocolVersion}`;
    return {
      code: "protocol",
      field: "protocol",
      message: `this server speaks ${spoken} of the protocol, not ${protocol}: update the ${protocol > protocolVersion ? "server" : "client"}`,
    };
  }
  const actor = tokens.open ? { principal: principal ?? "local", role: strongest(namespaceRoles) } : actorOf(token, tokens);
  if ("code" in actor) return actor;
  if (actor.principal === reserved) return { code: "unauthorized", field: "principal", message: `the name ${reserved} is kept for the configuration file` };
  if (!namespaceRoles.includes(actor.role)) {
    return { code: "unauthorized", message: `${actor.principal} is ${actor.role}; this needs a token of role ${namespaceRoles.join(" or ")}` };
  }
  if (!spaces.has(space))
    return { code: "notFound", field: "space", message: `there is no space ${JSON.stringify(space)}: add it to "spaces" in the configuration` };
  return { actor, space };
}

function strongest(roles: readonly [Role, ...Role[]]): Role {
  return roles.includes("operator") ? "operator" : roles[0];
}

function actorOf(token: string | undefined, tokens: TokenTable): Actor | CommandError {
  if (token === undefined) return { code: "unauthorized", field: "token", message: "this server needs a token: `signalbox token new` makes one" };
  return tokens.find(token) ?? { code: "unauthorized", field: "token", message: "the token is not one of this server's: it is mistyped or was taken back" };
}
