/** Digests are the first 16 hex digits of the SHA-256 of canonical JSON. */
export type Effect = {
  /** Of what a running daemon cannot take over: it is started anew. */
  readonly restart: string;
  /** Of everything else that it uses: it reads the file again. */
  readonly reload: string;
};

/** A daemon that is started anew may keep its mount, but for this. */
export type MountEffect = Effect & {
  /** Of what is settled when the kernel mounts: the place, the group, the options. A part of what `restart` is of. */
  readonly remount: string;
};
