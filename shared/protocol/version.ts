/** Rises with every change of a schema that goes over the wire; `protocol.test.ts` fails when it was forgotten. */
export const protocolVersion = 1;
/** The oldest version this server still speaks. */
export const oldestProtocolVersion = 1;
