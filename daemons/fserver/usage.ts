import { HELP_OPTIONS, type Usage } from "../core/usage.ts";

/** How `fserver` is called: `--help`, its manual and completions are made from this, and its words are read by it. */
export const FSERVER_USAGE = {
  program: "fserver",
  calls: [
    "--config FILE --name SERVER [-l LOG] [-d]",
    "-r ROOT [-a ADDR] [-p PORT] [-w N] [-l LOG] [-d] [--allow ADDR]...",
  ],
  purpose: "serve directories to pohmelfs clients",
  about: [
    "Serves the groups of which the configuration makes SERVER a member, or else a single directory. Units of systemd start it where pohmelfs-generator(8) made them.",
  ],
  options: {
    config: { type: "string", short: "c", value: "FILE", text: "the configuration (default: /etc/pohmelfs.yaml)" },
    name: { type: "string", short: "n", value: "SERVER", text: "which server of the configuration this is" },
    root: {
      type: "string",
      short: "r",
      value: "ROOT",
      text: "without a configuration: export this one directory, whatever index clients ask for",
      newPart: true,
    },
    address: { type: "string", short: "a", value: "ADDR", text: "listen there (default: 0.0.0.0)" },
    port: { type: "string", short: "p", value: "PORT", text: "listen there (default: 1025)" },
    workers: { type: "string", short: "w", value: "N", text: "threads for work that waits for the disk (default: 2)" },
    allow: {
      type: "string",
      multiple: true,
      value: "ADDR",
      text: "accept connections from there; may be repeated (default: 127.0.0.1 and ::1)",
    },
    log: { type: "string", short: "l", value: "LOG", text: "log to a file instead of stderr", newPart: true },
    daemon: { type: "boolean", short: "d", text: "go to the background once serving" },
    ...HELP_OPTIONS,
  },
  arguments: [],
  exitCodes: [
    [0, "it was told to stop, or with -d: it serves"],
    [1, "it cannot serve: it lacks rights, the port is taken, an export is not there"],
    [2, "wrong call"],
    [3, "the configuration is wrong or cannot be read"],
    [4, "the configuration has no such server, or it has no part in any group"],
    [70, "a bug"],
  ],
} as const satisfies Usage;
