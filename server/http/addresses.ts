import { isIP } from "node:net";
import { isLoopback } from "../config/load.ts";
import type { Config } from "../config/schema.ts";

/**
 * Which addresses browsers may use and come from. A page of another site must reach nothing here: not by its own origin
 * (CORS does not cover WebSocket), and not by a name of its own that it lets point to this machine (DNS rebinding).
 */
export class Addresses {
  readonly #host: string;
  readonly #origins: ReadonlySet<string>;
  readonly #names: ReadonlySet<string>;

  constructor({ host, origins }: Pick<Config, "host" | "origins">) {
    this.#host = host;
    this.#origins = new Set(origins);
    this.#names = new Set([host, "localhost", ...origins.map((origin) => new URL(origin).hostname)]);
  }

  /** Why a request with these headers is turned away; undefined when it is not. */
  problem(headers: { readonly host?: string | undefined; readonly origin?: string | undefined }): string | undefined {
    const name = hostName(headers.host);
    if (name === undefined || !this.#knows(name)) {
      return `This server does not go by the name ${quoted(headers.host)}. Add its address to "origins" in the configuration if it should.`;
    }
    const { origin } = headers;
    // Programs that are no browsers send no Origin; a browser always does for what matters.
    if (origin === undefined || this.#origins.has(origin) || origin === `http://${headers.host}` || origin === `https://${headers.host}`) return undefined;
    return `Pages from ${quoted(origin)} may not use this server. Add it to "origins" in the configuration if they should.`;
  }

  #knows(name: string): boolean {
    if (this.#names.has(name) || isLoopback(name)) return true;
    // Listening everywhere, any numeric address may be ours; nobody can make a browser mistake a number for another site.
    return !isLoopback(this.#host) && isIP(name) !== 0;
  }
}

function hostName(host: string | undefined): string | undefined {
  if (host === undefined) return undefined;
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:/@\s]+))(?::\d{1,5})?$/i.exec(host);
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}

function quoted(value: string | undefined): string {
  return value === undefined ? "(none given)" : JSON.stringify(value.slice(0, 100));
}
