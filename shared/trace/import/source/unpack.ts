import { Gunzip } from "fflate";
import { TraceError } from "../../format/error.ts";
import { importLimits } from "../limits.ts";

const stepBytes = 16 * 1024;

/** Unpacks gzip, recognised by its first two bytes, and no further than the limit: a small file may unpack to anything. */
export function unpack(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const parts: Uint8Array[] = [];
  let size = 0;
  let ended = false;
  const gunzip = new Gunzip((part, final) => {
    size += part.length;
    ended = final;
    parts.push(part);
  });
  let at = 0;
  try {
    for (; at < bytes.length && size <= importLimits.bytes; at += stepBytes) gunzip.push(bytes.subarray(at, at + stepBytes), at + stepBytes >= bytes.length);
  } catch (error) {
    if (error instanceof Error && error.message === "unexpected EOF") throw new TraceError("The packed file ends too early.", { byte: bytes.length });
    throw new TraceError(`The packed file cannot be unpacked: ${error instanceof Error ? error.message : error}.`, { byte: Math.min(at, bytes.length) });
  }
  if (size > importLimits.bytes)
    throw new TraceError(`The packed file unpacks to more than ${importLimits.bytes} bytes, which is what an import reads at most.`, { byte: at });
  if (!ended) throw new TraceError("The packed file ends too early.", { byte: bytes.length });
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
