import { SCM_RIGHTS, SOL_SOCKET } from "./constants.ts";
import { libc } from "./libc.ts";
import { addressOf, IoVector, viewOf, write64 } from "./memory.ts";

/** struct msghdr: name u64, namelen u32, iov u64 at 16, iovlen u64, control u64 at 32, controllen u64, flags. recvmsg(2). */
const MESSAGE_BYTES = 56;
/** struct cmsghdr: len u64, level i32, type i32, then the data, to a multiple of 8. cmsg(3). */
const CONTROL_BYTES = 16;

/**
 * Sends one datagram, with descriptors that its receiver then has, too: unix(7), SCM_RIGHTS.
 *
 * @param address Where to, as sendto(2) takes it.
 * @param flags MSG_*.
 * @returns Bytes sent, or -errno.
 */
export function sendMessage(
  socket: number,
  text: Uint8Array,
  fds: readonly number[],
  { address, flags }: { readonly address: Uint8Array; readonly flags: number },
): number {
  const pieces = new IoVector(1);
  pieces.set(0, addressOf(text), text.byteLength);
  const control = Buffer.alloc(CONTROL_BYTES + Math.ceil((4 * fds.length) / 8) * 8);
  const controlView = viewOf(control);
  write64(controlView, 0, CONTROL_BYTES + 4 * fds.length);
  controlView.setInt32(8, SOL_SOCKET, true);
  controlView.setInt32(12, SCM_RIGHTS, true);
  for (const [at, fd] of fds.entries()) controlView.setInt32(CONTROL_BYTES + 4 * at, fd, true);
  const message = Buffer.alloc(MESSAGE_BYTES);
  const view = viewOf(message);
  write64(view, 0, addressOf(address));
  view.setUint32(8, address.byteLength, true);
  write64(view, 16, pieces.address);
  write64(view, 24, 1);
  if (fds.length > 0) {
    write64(view, 32, addressOf(control));
    write64(view, 40, control.byteLength);
  }
  return libc.sendmsg(socket, message, flags);
}
