import { libc } from "./libc.ts";

/** fcntl(2): F_SETFD, FD_CLOEXEC. */
const F_SETFD = 2;
const FD_CLOEXEC = 1;
/** The first one that systemd hands over, sd_listen_fds(3). */
const FIRST_FD = 3;

/** A descriptor that an earlier process of the service gave to be kept. */
export type StoredDescriptor = { readonly fd: number; readonly name: string };

/**
 * The descriptors that systemd hands to this process: sd_listen_fds_with_names(3). Once: who asks again gets none, and
 * neither do processes that this one starts.
 */
export function takeStoredDescriptors(env: NodeJS.ProcessEnv = process.env): readonly StoredDescriptor[] {
  const { LISTEN_PID: pid, LISTEN_FDS: count, LISTEN_FDNAMES: names = "" } = env;
  for (const name of ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]) delete env[name];
  if (count === undefined || Number(pid) !== process.pid) return [];
  const named = names.split(":");
  return Array.from({ length: Number(count) }, (_, at) => {
    libc.fcntl(FIRST_FD + at, F_SETFD, FD_CLOEXEC);
    return { fd: FIRST_FD + at, name: named[at] ?? "" };
  });
}
