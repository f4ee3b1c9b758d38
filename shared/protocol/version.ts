/** Rises with every change of a schema that goes over the wire; `protocol.test.ts` fails when it was forgotten. */
export const protocolVersion = 1;
/** The oldest version this server still speaks. */
export const oldestProtocolVersion = 1;
/** The newest version that programs outside of this repository may speak; 0 before the first release. */
export const releasedProtocolVersion = 0;
