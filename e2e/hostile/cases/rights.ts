import { assertAnswers, type Case, type Expected, refusedHandshake, withClient } from "../case.ts";

/** Tokens of the guarded server, by role; each case is tried with them. */
export interface Tokens {
  readonly agent: string;
  readonly otherAgent: string;
  readonly viewer: string;
  readonly operator: string;
}

const unauthorized = (field?: string): Expected => ({ code: "unauthorized", ...(field === undefined ? {} : { field }) });
const withToken = (token: string): string => JSON.stringify({ protocol: 1, token });

/** What is tried against a server that asks for tokens. */
export function rights(tokens: Tokens): readonly Case[] {
  const cases = [
    refusedHandshake("no token", "/agents", '{"protocol":1}', unauthorized("token")),
    refusedHandshake("no token, but a principal", "/operators", '{"protocol":1,"principal":"boss"}', unauthorized("token")),
    refusedHandshake("an empty token", "/agents", withToken(""), unauthorized("token")),
    refusedHandshake("a token that is nearly right", "/operators", withToken(`${tokens.operator.slice(0, -1)}~`), unauthorized("token")),
    refusedHandshake("a token with a blank behind it", "/operators", withToken(`${tokens.operator} `), unauthorized("token")),
    refusedHandshake("the token __proto__", "/operators", withToken("__proto__"), unauthorized("token")),
    refusedHandshake("a token of 513 characters", "/agents", withToken("t".repeat(513)), { code: "invalid", field: "token" }),
    refusedHandshake("a viewer's token for an agent", "/agents", withToken(tokens.viewer), unauthorized()),
    refusedHandshake("an agent's token for a viewer", "/operators", withToken(tokens.agent), unauthorized()),
    {
      group: "rights",
      name: "a viewer that acts",
      run: (site) =>
        withClient(
          site,
          "/operators",
          async (client) =>
            assertAnswers(await client.ask("commands", '[{"id":"v","type":"resource.freeze","resource":"**","reason":"mine now"}]'), [unauthorized()]),
          withToken(tokens.viewer),
        ),
    },
    {
      group: "rights",
      name: "an agent that replaces another principal's agent",
      run: (site) =>
        withClient(
          site,
          "/agents",
          async (mine) => {
            const join = '"resumeKey":"0123456789abcdef","ttlMs":1000';
            await mine.ask("join", `{"agent":"fixed",${join}}`);
            const said = await withClient(
              site,
              "/agents",
              async (other) => {
                const answer = await other.ask("join", `{"agent":"fixed",${join},"replace":true}`);
                return JSON.stringify(answer);
              },
              withToken(tokens.otherAgent),
            );
            await mine.ask("commands", '[{"id":"leave","type":"session.leave"}]');
            if (!said.includes('"code":"unauthorized"')) throw new Error(`it was let in: ${said}`);
            return said;
          },
          withToken(tokens.agent),
        ),
    },
  ] satisfies Case[];
  return cases.map((one) => ({ ...one, group: "rights" }));
}
