import { ERRNO } from "../core/errno.ts";
import { MSG_TRUNC, POLLIN, POLLOUT, SHUT_WR } from "./constants.ts";
import { libc } from "./libc.ts";
import { NULL } from "./memory.ts";
import type { Reactor } from "./reactor.ts";
import type { SendQueue } from "./send-queue.ts";

/** How long the last bytes have to go out, and the other side to take notice. */
const LINGER_MS = 1000;
const DISCARD = 1 << 20;

/**
 * Ends a TCP stream so that the other side still gets what was sent, such as the reason of a refusal: sends what is
 * queued, says that nothing follows, and throws away what still comes, since close(2) with unread bytes would reset the
 * connection and lose what is on its way (RFC 2525, 2.17). Closes `fd` after a second at the latest.
 */
export function linger(reactor: Reactor, fd: number, queue: SendQueue): void {
  let finished = false;
  const finish = (): void => {
    if (finished) return;
    finished = true;
    timer.cancel();
    watch.close();
    queue.clear();
    libc.close(fd);
  };
  const step = (): void => {
    if (queue.bytes > 0) {
      if (queue.flush(fd) < 0) return finish();
      if (queue.bytes === 0) libc.shutdown(fd, SHUT_WR);
    }
    // tcp(7): MSG_TRUNC throws received bytes away.
    const discarded = libc.recv(fd, NULL, DISCARD, MSG_TRUNC);
    if (discarded === 0 || (discarded < 0 && discarded !== -ERRNO.EAGAIN.number)) return finish();
    watch.interest(queue.bytes > 0 ? POLLIN | POLLOUT : POLLIN);
  };
  const timer = reactor.after(LINGER_MS, finish);
  const watch = reactor.watch(fd, POLLIN, step);
  if (queue.bytes === 0) libc.shutdown(fd, SHUT_WR);
  step();
}
