/** @property small Little has to be written for it. */
export type SyncJob = { readonly call: "fdatasync" | "syncfs"; readonly fd: number; readonly small?: boolean };

/** Threads that wait for the disk. */
export interface SyncWorkers {
  /**
   * @param done Called once with 0 or -errno, on the thread that submitted.
   * @returns False, and nothing happens, when too much waits already.
   */
  submit(job: SyncJob, done: (result: number) => void): boolean;
}
