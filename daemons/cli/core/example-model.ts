import type { Member, Model } from "../../../config-schema/model.ts";

const member = (name: string, address: string, priority: number): Member => ({
  server: { name, host: name, address, port: 1025 },
  export: "/opt/pohtest",
  priority,
  permissions: "read-write",
});

/** The tutorial's configuration, for tests. */
export const exampleModel: Model = {
  path: "/etc/pohmelfs.yaml",
  hash: new Uint8Array(32),
  servers: [
    { name: "host-75", host: "host-75", address: "192.0.2.75", port: 1025 },
    { name: "host-166", host: "host-166", address: "192.0.2.166", port: 1025 },
  ],
  groups: [
    {
      name: "pohtest",
      index: 1,
      members: [member("host-75", "192.0.2.75", 10), member("host-166", "192.0.2.166", 0)],
      witnesses: [],
    },
  ],
  clients: [],
  mounts: [
    { group: "pohtest", at: "/opt/pohtest", on: ["host-147"], options: [], automount: false, syncOnClose: false },
  ],
  timeouts: { beatMs: 1_000, suspectMs: 3_000, connectMs: 5_000, giveUpMs: 30_000 },
  cache: { dirtyBytes: 67_108_864, readaheadBytes: 4_194_304 },
  log: { level: "info" },
  workers: 2,
};
