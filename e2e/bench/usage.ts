import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** What a process uses, as Linux tells it in /proc; on other systems there are no such figures. */
export const usageKnown = existsSync("/proc/self/stat");
const ticksPerSecond = usageKnown ? Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" })) : Number.NaN;

export function memoryMb(pid: number): number {
  return usageKnown ? Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1_024 : Number.NaN;
}

/** CPU seconds of all its threads so far, the kernel's work for it included: fields 14 and 15, counted after the name in brackets. */
export function cpuSeconds(pid: number): number {
  if (!usageKnown) return Number.NaN;
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
