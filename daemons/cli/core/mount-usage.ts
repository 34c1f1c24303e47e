import { HELP_OPTIONS, type Usage } from "../../core/usage.ts";

/**
 * How `mount.pohmelfs` is called: mount(8), "EXTERNAL HELPERS". `--help`, its manual and completions are made from this,
 * and it reads its words by it. What stands after `-o` has a table of its own.
 */
export const MOUNT_USAGE = {
  program: "mount.pohmelfs",
  calls: ["GROUP DIR [-sfnv] [-o OPTIONS]", "none DIR -o idx=N[,OPTIONS]"],
  purpose: "mount a group of pohmelfs servers",
  about: [
    "Mounts a group of servers at a directory. mount(8) calls it for type pohmelfs. Unmount with umount(8): the daemon goes on until every server has every change.",
  ],
  options: {
    o: {
      type: "string",
      short: "o",
      multiple: true,
      value: "OPTIONS",
      text: "options of the mount, with commas between them",
    },
    f: { type: "boolean", short: "f", text: "check everything, mount nothing" },
    n: { type: "boolean", short: "n", text: "do not write to /run/mount/utab" },
    s: { type: "boolean", short: "s", text: "tolerate unknown options" },
    v: { type: "boolean", short: "v", text: "say what is done" },
    t: { type: "string", short: "t", value: "TYPE", text: "the type that mount(8) was given: pohmelfs" },
    N: { type: "string", short: "N", value: "NAMESPACE", text: "refused; use nsenter(1)" },
    ...HELP_OPTIONS,
  },
  arguments: [
    ["GROUP", "the name of a group of the configuration; with idx=N it is 'none'"],
    ["DIR", "where to mount it: a directory that is there"],
  ],
  exitCodes: [
    [0, "mounted"],
    [1, "wrong call, or not root"],
    [2, "system error, such as a missing /dev/fuse"],
    [4, "a bug"],
    [8, "interrupted"],
    [32, "the mount failed"],
  ],
} as const satisfies Usage;
