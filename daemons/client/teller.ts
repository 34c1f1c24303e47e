import { closeSync, mkdirSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { notify, notifyReloading } from "../sys/notify.ts";
import type { RunFiles } from "./run-files.ts";

/** Why a mount did not come about, or did not end well. */
export type Failure =
  | "usage"
  | "configuration"
  | "nothingThere"
  | "unreachable"
  | "mount"
  | "interrupted"
  | "unsent"
  | "bug";

/** Whoever started a mount's daemon, and waits to hear how it went. */
export interface Teller {
  /** The mount answers; said again after {@link Teller.reloading}. */
  ready(): void;
  /** It reads the configuration again. */
  reloading(): void;
  /** @param because One line. @returns What to exit with. */
  failed(failure: Failure, because: string): number;
  /** How it is now, in one line; only what differs from the last one is passed on. */
  status(line: string): void;
  /** It is about to end. */
  stopping(): void;
}

/** Exit codes of mount(8), which `mount.pohmelfs` passes on. */
const MOUNT_CODES: Readonly<Record<Failure, number>> = {
  usage: 1,
  configuration: 32,
  nothingThere: 32,
  unreachable: 32,
  mount: 32,
  interrupted: 32,
  unsent: 32,
  bug: 4,
};
/** Where `mount.pohmelfs` waits for one line. */
const ANSWER_FD = 3;

/** Tells `mount.pohmelfs`, once, by a line on descriptor 3; it ends then, and so does whatever it was started from. */
export function helperTeller(): Teller {
  let isAnswered = false;
  const answer = (line: string): void => {
    try {
      writeSync(ANSWER_FD, `${line}\n`);
      closeSync(ANSWER_FD);
    } catch {
      // Nobody waits any more: the mount stands all the same.
    }
  };
  return {
    ready() {
      if (!isAnswered) answer("ready");
      isAnswered = true;
    },
    reloading() {},
    failed(failure, because) {
      answer(`failed ${MOUNT_CODES[failure]} ${because}`);
      return MOUNT_CODES[failure];
    },
    status() {},
    stopping() {},
  };
}

/**
 * Exit codes of a service: systemd tries again after 1 and crashes; after the others only a human can help, as the unit
 * says (RestartPreventExitStatus=). Told to end before it had mounted is no failure.
 */
const SERVICE_CODES: Readonly<Record<Failure, number>> = {
  usage: 2,
  configuration: 3,
  nothingThere: 4,
  unreachable: 1,
  mount: 1,
  interrupted: 0,
  unsent: 5,
  bug: 1,
};

/** Tells systemd, sd_notify(3), and leaves the reason of a failure for the `mount.pohmelfs` that waits for the mount. */
export function serviceTeller(files: RunFiles): Teller {
  let said = "";
  const status = (line: string): void => {
    if (line !== said) notify(`STATUS=${line}`);
    said = line;
  };
  rmSync(files.failure, { force: true });
  return {
    ready: () => void notify("READY=1"),
    reloading: notifyReloading,
    failed(failure, because) {
      process.stderr.write(`pohmelfs: ${because}\n`);
      status(because);
      try {
        mkdirSync(dirname(files.failure), { recursive: true, mode: 0o755 });
        if (failure !== "interrupted") writeFileSync(files.failure, `${because}\n`);
      } catch {
        // Then the journal alone has it.
      }
      return SERVICE_CODES[failure];
    },
    status,
    stopping: () => void notify("STOPPING=1"),
  };
}
