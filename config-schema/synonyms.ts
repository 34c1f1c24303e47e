/** What people call a key that the file calls otherwise; several when it depends on where they write it. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  path: ["at", "export"],
  dir: ["at", "export"],
  directory: ["at", "export"],
  mountpoint: ["at"],
  where: ["at"],
  what: ["group"],
  root: ["export"],
  hosts: ["on"],
  host: ["on"],
  clients: ["on"],
  ip: ["address"],
  addr: ["address"],
  hostname: ["host"],
  idx: ["index"],
  id: ["index"],
  prio: ["priority"],
  weight: ["priority"],
  perm: ["permissions"],
  mode: ["permissions"],
  servers: ["members"],
  replicas: ["members"],
  threads: ["workers"],
  loglevel: ["level"],
  logging: ["log"],
  volumes: ["groups"],
  opts: ["options"],
};

/** The key of those known at a place that another word means; undefined when there is none. */
export function synonymOf(word: string, known: readonly string[]): string | undefined {
  const written = word.toLowerCase();
  return Object.hasOwn(KEYS, written) ? KEYS[written]?.find((key) => known.includes(key)) : undefined;
}

const PERMISSIONS: Readonly<Record<string, string>> = {
  rw: "read-write",
  ro: "read-only",
  r: "read-only",
  readonly: "read-only",
  wo: "write-only",
  w: "write-only",
};

/** The permissions that a word of mount(8) or exports(5) means. */
export function permissionsMeant(word: string, allowed: readonly string[]): string | undefined {
  const meant = Object.hasOwn(PERMISSIONS, word.toLowerCase()) ? PERMISSIONS[word.toLowerCase()] : undefined;
  return meant !== undefined && allowed.includes(meant) ? meant : undefined;
}
