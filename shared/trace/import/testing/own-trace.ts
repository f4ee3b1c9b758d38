import { writeTrace } from "../../seek/reader.ts";
import { importTrace, traceOfImport } from "../import.ts";
import { bytesOf, fixture } from "./fixtures.ts";

/** A trace of our own format, made of another fixture. */
export function ownTrace(): Uint8Array {
  let text = "";
  writeTrace(traceOfImport(importTrace(bytesOf(fixture("a lock held twice"))), "a lock held twice").trace, (part) => {
    text += part;
  });
  return bytesOf(text);
}
