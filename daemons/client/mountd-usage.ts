import { HELP_OPTIONS, type Usage } from "../core/usage.ts";

/** How `pohmelfs-mountd` is called: `--help` and its manual are made from this, and its words are read by it. */
export const MOUNTD_USAGE = {
  program: "pohmelfs-mountd",
  calls: ["--config FILE --at DIR [-o OPTIONS] GROUP", "< ORDER"],
  purpose: "the daemon of one mount",
  about: [
    "Mounts a group and answers the kernel's requests until it is unmounted. Units of systemd start it where pohmelfs-generator(8) made them; by hand use mount(8).",
    "Without arguments it takes its order as mount.pohmelfs(8) gives it: JSON on standard input.",
  ],
  options: {
    config: { type: "string", short: "c", value: "FILE", text: "the configuration (default: /etc/pohmelfs.yaml)" },
    at: { type: "string", value: "DIR", text: "where to mount: an absolute path; it is made if it is missing" },
    o: { type: "string", short: "o", multiple: true, value: "OPTIONS", text: "as for mount.pohmelfs(8)" },
    ...HELP_OPTIONS,
  },
  arguments: [["GROUP", "the name of the group"]],
  exitCodes: [
    [0, "it was unmounted, or told to end"],
    [1, "no server can be reached, or it cannot mount; systemd tries again"],
    [2, "wrong call"],
    [3, "the configuration is wrong or cannot be read"],
    [4, "the configuration has no such group"],
    [5, "it was unmounted, and changes are not on all servers"],
  ],
} as const satisfies Usage;
