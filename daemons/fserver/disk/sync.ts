import { S_IFDIR, S_IFREG } from "../../core/attributes.ts";
import { errnoName } from "../../core/errno.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import { libc } from "../../sys/libc.ts";
import type { ObjectEntry } from "./entry.ts";

type SyncCall = "fsync" | "fdatasync";

/** Threads that wait for the disk. */
export interface SyncWorkers {
  /**
   * @param done Called once with 0 or -errno, on the thread that submitted.
   * @returns False, and nothing happens, when too much waits already.
   */
  submit(job: { readonly call: SyncCall; readonly fd: number }, done: (result: number) => void): boolean;
}

const said = (result: number): Result<void> => (result < 0 ? fail(errnoName(-result)) : ok(undefined));

/**
 * Makes what is in an open object durable.
 *
 * Symbolic links, fifos and devices have nothing in them: they are durable with their directory.
 */
export function syncObject(
  entry: ObjectEntry,
  dataOnly: boolean,
  workers: SyncWorkers | undefined,
  done: (result: Result<void>) => void,
): void {
  if (entry.type !== S_IFREG && entry.type !== S_IFDIR) return done(ok(undefined));
  const call: SyncCall = dataOnly ? "fdatasync" : "fsync";
  if (workers === undefined) return done(said(libc[call](entry.fd)));
  // Opened anew for writing, or removed, meanwhile, the object must not take the descriptor from the waiting thread.
  const fd = libc.fcntl(entry.fd, F_DUPFD_CLOEXEC, 0);
  if (fd < 0) return done(said(fd));
  const finish = (result: number): void => {
    libc.close(fd);
    done(said(result));
  };
  // With thousands of syncs waiting, whoever asks for more waits for the disk: so does everybody.
  if (!workers.submit({ call, fd }, finish)) finish(libc[call](fd));
}

/** fcntl(2), linux/fcntl.h. */
const F_DUPFD_CLOEXEC = 1030;
