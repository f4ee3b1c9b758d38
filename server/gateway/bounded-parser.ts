import * as parser from "socket.io-parser";

/** The message that takes the place of one that was too long. Its arguments: the length, and the name that it had. */
export const tooLong = "message too long";

/** The head of an event packet: type 2, namespace, id of the acknowledgement, name. */
const eventHead = /^2(?:(\/[^,]{0,64}),)?(\d{1,15})?\["([^"]{1,64})"/;

/**
 * Socket.IO's parser, but a text longer than the limit is not read: only its head is, so that it can be answered with an
 * error. Socket.IO's own limit would close the connection without a word.
 */
export function boundedParser(maxLength: number) {
  class Decoder extends parser.Decoder {
    override add(chunk: unknown): void {
      if (typeof chunk !== "string" || chunk.length <= maxLength) {
        super.add(chunk);
        return;
      }
      const head = eventHead.exec(chunk.slice(0, 256));
      if (head === null) throw new Error(`a packet of ${chunk.length} characters is too long`);
      const [, nsp = "/", id, name] = head;
      this.emitReserved("decoded", {
        type: parser.PacketType.EVENT,
        nsp,
        data: [tooLong, chunk.length, name],
        ...(id === undefined ? {} : { id: Number(id) }),
      });
    }
  }
  return { ...parser, Decoder };
}
