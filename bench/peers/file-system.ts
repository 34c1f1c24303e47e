/** A file system under measurement, mounted at a directory. */
export interface FileSystem {
  readonly name: string;
  /** Absolute path of the mount. */
  readonly at: string;
  /** Starts what it needs, and mounts. */
  start(): Promise<void>;
  /** Ends everything that `start` began. Also after a `start` that failed. */
  stop(): Promise<void>;
  /** A client that knows nothing; the servers stay. */
  remount(): Promise<void>;
  /** Of the client and of all servers, living now. */
  pids(): Promise<readonly number[]>;
  /** Returns when what was changed before is at the servers. */
  barrier(): Promise<void>;
}
