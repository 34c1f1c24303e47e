import { CONFIG_PATH } from "../config-schema/load.ts";
import { HELP_OPTIONS, type Usage } from "../daemons/core/usage.ts";

/** How `pohmelfs-generator` is called: `--help`, its manual and completions are made from this, and it reads its words by it. */
export const GENERATOR_USAGE = {
  program: "pohmelfs-generator",
  calls: [
    "[--config FILE] [--host NAME] NORMAL [EARLY LATE]",
    "[--config FILE] [--host NAME] --dry-run",
    "[--config FILE] --keep",
  ],
  purpose: "make the units of a host from pohmelfs.yaml",
  about: ["Makes the units of this host from the configuration, in the folder NORMAL; see systemd.generator(7)."],
  options: {
    config: {
      type: "string",
      value: "FILE",
      text: `the configuration (default: $POHMELFS_CONFIG or ${CONFIG_PATH})`,
    },
    host: { type: "string", value: "NAME", text: "make those of another host" },
    "dry-run": {
      type: "boolean",
      short: "n",
      text: "print them instead, change nothing; exit 3 when the file is wrong",
    },
    keep: {
      type: "boolean",
      text: "only keep a copy of the file, to be used when a later one is wrong; exit 3 when this one is",
    },
    ...HELP_OPTIONS,
  },
  arguments: [
    ["NORMAL", "where the units go: the folder that systemd gives first"],
    ["EARLY LATE", "the other two folders that systemd gives; nothing goes there"],
  ],
  exitCodes: [
    [0, "units are made, also when they are those of the last good file"],
    [1, "a unit that should be there is not; systemd goes on whatever it is"],
    [2, "wrong call"],
    [3, "the file is wrong; with --dry-run and --keep only"],
  ],
} as const satisfies Usage;
