import { principalSchema, roleSchema } from "../../shared/model/index.ts";
import { firstProblem } from "../../shared/protocol/index.ts";
import { newToken } from "../config/tokens.ts";
import { fail } from "./fail.ts";

/** Makes a token and prints it once, with the line of the configuration that lets it in. */
export function printNewToken(name: string, { role }: { readonly role: string }): void {
  const principal = principalSchema.safeParse(name);
  if (!principal.success) fail(`The name ${JSON.stringify(name)} cannot be used: ${firstProblem(principal.error).message}.`, 2);
  const wanted = roleSchema.safeParse(role);
  if (!wanted.success) fail(`There is no role ${JSON.stringify(role)}: it is agent, viewer or operator.`, 2);
  const { token, entry } = newToken(principal.data, wanted.data);
  process.stdout.write(`${token}\n`);
  process.stderr.write(
    `\nThis is the token of ${name}; it is shown only now. Add to "tokens" in signalbox.config.json and restart:\n\n  ${JSON.stringify(entry)}\n`,
  );
}
