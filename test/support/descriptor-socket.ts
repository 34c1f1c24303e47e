import assert from "node:assert/strict";
import { AF_UNIX, SOCK_CLOEXEC, SOCK_DGRAM, SOCK_NONBLOCK } from "../../daemons/sys/constants.ts";
import { libc } from "../../daemons/sys/libc.ts";
import { addressOf, IoVector, readU64, viewOf, write64 } from "../../daemons/sys/memory.ts";

/** MSG_CMSG_CLOEXEC of linux/socket.h. */
const MSG_CMSG_CLOEXEC = 0x40000000;

export type Datagram = { readonly text: string; readonly fds: readonly number[] };

/** A datagram socket with a path that takes descriptors, as systemd's end of NOTIFY_SOCKET: unix(7), SCM_RIGHTS. */
export class DescriptorSocket {
  readonly #fd = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  readonly #text = Buffer.alloc(10_000);
  readonly #control = Buffer.alloc(256);
  readonly #message = Buffer.alloc(56);
  readonly #pieces = new IoVector(1);

  constructor(path: string) {
    const address = Buffer.concat([Buffer.from([AF_UNIX, 0]), Buffer.from(`${path}\0`)]);
    assert.equal(libc.bind(this.#fd, address, address.length), 0);
    this.#pieces.set(0, addressOf(this.#text), this.#text.length);
  }

  /** @returns The next datagram, or undefined when there is none now. The descriptors are the caller's. */
  receive(): Datagram | undefined {
    const view = viewOf(this.#message);
    this.#message.fill(0);
    write64(view, 16, this.#pieces.address);
    write64(view, 24, 1);
    write64(view, 32, addressOf(this.#control));
    write64(view, 40, this.#control.length);
    const length = libc.recvmsg(this.#fd, this.#message, MSG_CMSG_CLOEXEC);
    if (length < 0) return undefined;
    const hasControl = readU64(view, 40) >= 16;
    const control = viewOf(this.#control);
    const count = hasControl ? (readU64(control, 0) - 16) / 4 : 0;
    const fds = Array.from({ length: count }, (_, at) => control.getInt32(16 + 4 * at, true));
    return { text: this.#text.toString("utf8", 0, length), fds };
  }

  [Symbol.dispose](): void {
    libc.close(this.#fd);
  }
}
