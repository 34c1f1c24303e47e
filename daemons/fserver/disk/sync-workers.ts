/** Threads that wait for the disk. */
export interface SyncWorkers {
  /**
   * @param done Called once with 0 or -errno, on the thread that submitted.
   * @returns False, and nothing happens, when too much waits already.
   */
  submit(job: { readonly call: "fdatasync" | "syncfs"; readonly fd: number }, done: (result: number) => void): boolean;
}
