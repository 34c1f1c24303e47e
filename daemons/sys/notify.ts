import { AF_UNIX, MSG_NOSIGNAL, SOCK_CLOEXEC, SOCK_DGRAM } from "./constants.ts";
import { libc } from "./libc.ts";
import { addressOf } from "./memory.ts";
import { sendMessage } from "./send-message.ts";

/** struct sockaddr_un: family u16, then the path. unix(7). */
const PATH_MAX = 108;

/** @returns The address as sendto(2) takes it; `@` stands for the NUL of an abstract one. Undefined if not ours to use. */
function encodeUnixAddress(path: string): Buffer | undefined {
  const name = Buffer.from(path);
  if (name.length === 0 || name.length >= PATH_MAX || !/^[/@]/.test(path)) return undefined;
  const abstract = path.startsWith("@");
  // The length of an abstract name counts; a path ends with NUL.
  const bytes = Buffer.alloc(2 + name.length + (abstract ? 0 : 1));
  bytes.writeUInt16LE(AF_UNIX);
  name.copy(bytes, 2);
  if (abstract) bytes[2] = 0;
  return bytes;
}

/**
 * Tells systemd how the service is: `READY=1`, `STATUS=…`, `STOPPING=1`, `WATCHDOG=1`, one a line. sd_notify(3), which
 * describes the datagram as a stable interface.
 *
 * @returns Whether it was told; false where nobody wants to know ($NOTIFY_SOCKET is not set).
 */
export function notify(state: string, socketPath = process.env["NOTIFY_SOCKET"]): boolean {
  return send(state, [], socketPath);
}

/** Tells systemd that the configuration is being read again; READY=1 ends that. */
export function notifyReloading(): void {
  // MONOTONIC_USEC= is what later versions of systemd want beside it.
  notify(`RELOADING=1\nMONOTONIC_USEC=${process.hrtime.bigint() / 1_000n}`);
}

/**
 * Gives systemd descriptors to keep, `FDSTORE=1`: it hands them to the service's next process. sd_pid_notify_with_fds(3).
 * This process must live on until systemd has read it, which else cannot tell whose it is.
 */
export function storeDescriptor(fd: number, name: string, socketPath = process.env["NOTIFY_SOCKET"]): boolean {
  return send(`FDSTORE=1\nFDNAME=${name}`, [fd], socketPath);
}

/**
 * Two sockets, connected to each other; a datagram may go elsewhere from them all the same. They can be had in a sandbox
 * that has no AF_UNIX in RestrictAddressFamilies=, systemd.exec(5): that is about socket(2) alone.
 */
function localSockets(): readonly number[] {
  const pair = Buffer.alloc(8);
  if (libc.socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, addressOf(pair)) < 0) return [];
  return [pair.readInt32LE(0), pair.readInt32LE(4)];
}

/** systemd no longer keeps what was stored by this name. */
export function forgetDescriptor(name: string, socketPath = process.env["NOTIFY_SOCKET"]): boolean {
  return send(`FDSTOREREMOVE=1\nFDNAME=${name}`, [], socketPath);
}

function send(state: string, fds: readonly number[], socketPath: string | undefined): boolean {
  const address = socketPath === undefined ? undefined : encodeUnixAddress(socketPath);
  if (address === undefined) return false;
  const pair = localSockets();
  const [socket] = pair;
  if (socket === undefined) return false;
  const bytes = Buffer.from(state);
  const sent = sendMessage(socket, bytes, fds, { address, flags: MSG_NOSIGNAL });
  for (const fd of pair) libc.close(fd);
  return sent === bytes.length;
}
