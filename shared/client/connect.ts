import { Box } from "./box.ts";
import type { ConnectOptions } from "./options.ts";

/**
 * Joins a space as an agent. Throws what the server refuses it with (`agentPresent`, `unauthorized`, `protocol`, ...), or
 * `unavailable` when no server answered within `connectWaitMs`. From then on the box keeps itself connected.
 */
export async function connect(options: ConnectOptions): Promise<Box> {
  const box = new Box(options);
  await box.joined();
  return box;
}
