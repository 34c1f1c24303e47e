import { encodeFrameParts, type FrameParts } from "./frame.ts";
import { HEADER } from "./header.ts";
import { FIRST_EPOCH, type Message } from "./messages.ts";

/** The frame of the message that was sent last: one that goes to several members is encoded once. */
export class EncodedFrame {
  #message: Message | undefined;
  #parts: FrameParts | undefined;

  /**
   * @param message Is not changed as long as it may be sent again.
   * @returns Its frame, valid until the next call.
   */
  of(message: Message, request: number): FrameParts {
    const parts = this.#parts;
    if (message !== this.#message || parts === undefined) {
      this.#message = message;
      this.#parts = encodeFrameParts(message, request, FIRST_EPOCH);
      return this.#parts;
    }
    parts.head.writeUInt32LE(request, HEADER.request);
    return parts;
  }
}
