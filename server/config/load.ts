import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { problemsOf } from "../../shared/protocol/problem.ts";
import { type Config, configSchema } from "./schema.ts";

/** The configuration cannot be used. Each problem is one line that names its field. */
export class ConfigError extends Error {
  override name = "ConfigError";
  readonly problems: readonly string[];
  constructor(source: string, problems: readonly string[]) {
    super([`${source} cannot be used; nothing was started.`, ...problems.map((problem) => `  ${problem}`)].join("\n"));
    this.problems = problems;
  }
}

/** Reads a configuration file. @throws ConfigError when it is missing or is not JSON. */
export function readConfigFile(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new ConfigError(path, [error instanceof Error ? error.message : String(error)]);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigError(path, [`not valid JSON: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

/**
 * A configuration out of what a file holds and what the command line and the environment set over it.
 * @throws ConfigError with one line for each field that is wrong, or when the whole is not safe to run.
 */
export function parseConfig(source: string, file: unknown, overrides: Readonly<Record<string, unknown>> = {}): Config {
  const isObject = typeof file === "object" && file !== null && !Array.isArray(file);
  const parsed = configSchema.safeParse(isObject ? { ...file, ...overrides } : file);
  if (!parsed.success) {
    throw new ConfigError(
      source,
      problemsOf(parsed.error).map(({ field, message }) => `${field === "" ? "the file" : field}: ${message}`),
    );
  }
  const unsafe = [...duplicates(parsed.data), ...exposure(parsed.data)];
  if (unsafe.length > 0) throw new ConfigError(source, unsafe);
  return parsed.data;
}

/** Addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

function duplicates(config: Config): string[] {
  const problems: string[] = [];
  const once = (name: string, values: readonly string[]) => {
    const seen = new Map<string, number>();
    for (const [index, value] of values.entries()) {
      const first = seen.get(value);
      if (first !== undefined) problems.push(`${name}[${index}]: the same as ${name}[${first}]`);
      else seen.set(value, index);
    }
  };
  once("spaces", config.spaces);
  once(
    "tokens",
    config.tokens.map((token) => token.sha256),
  );
  once(
    "rules",
    config.rules.map((rule) => rule.pattern),
  );
  return problems;
}

function exposure(config: Config): string[] {
  if (isLoopback(config.host) || config.tokens.length > 0) return [];
  return [
    `host: ${config.host} can be reached from other machines, but there are no tokens, so anybody could release any lock. ` +
      "Add tokens (`signalbox token new NAME --role operator` prints what to put in), or listen on 127.0.0.1.",
  ];
}
