import assert from "node:assert/strict";
import { AF_UNIX, SOCK_DGRAM, SOCK_NONBLOCK } from "../../daemons/sys/constants.ts";
import { libc } from "../../daemons/sys/libc.ts";
import { waitUntil } from "./wait-until.ts";

/** systemd's end of NOTIFY_SOCKET: sd_notify(3). */
export class NotifySocket {
  readonly #fd = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  readonly #buffer = Buffer.alloc(10_000);
  #unheard: string[] = [];

  constructor(path: string) {
    const address = Buffer.concat([Buffer.from([AF_UNIX, 0]), Buffer.from(`${path}\0`)]);
    assert.equal(libc.bind(this.#fd, address, address.length), 0);
  }

  /** @returns The first message that matches of those after the one that was heard last; those before it are forgotten. */
  async hears(state: RegExp, limitMs?: number): Promise<string> {
    let found: string | undefined;
    await waitUntil(
      `systemd hears ${state}`,
      () => {
        this.#take();
        const at = this.#unheard.findIndex((one) => state.test(one));
        if (at < 0) return false;
        found = this.#unheard[at];
        this.#unheard = this.#unheard.slice(at + 1);
        return true;
      },
      limitMs,
    );
    return found ?? "";
  }

  [Symbol.dispose](): void {
    libc.close(this.#fd);
  }

  #take(): void {
    for (;;) {
      const length = libc.recv(this.#fd, this.#buffer, this.#buffer.length, 0);
      if (length < 0) return;
      this.#unheard.push(this.#buffer.toString("utf8", 0, length));
    }
  }
}
