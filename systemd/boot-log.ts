import { closeSync, constants, fstatSync, openSync, writeSync } from "node:fs";

/** sd-daemon(3), syslog(3). */
const PRIORITY = { error: 3, warning: 4, notice: 5 } as const;

/** Tells one thing, of one or several lines. */
export type BootLog = (level: keyof typeof PRIORITY, text: string) => void;

/** The kernel cuts a record at 1024 bytes less its own head, Documentation/ABI/testing/dev-kmsg. */
const RECORD_BYTES_MAX = 900;

/**
 * Where a generator can be heard: systemd gives it /dev/null for standard error, and there is no journal yet. By hand,
 * standard error it is.
 */
export function openBootLog(env: NodeJS.ProcessEnv = process.env, kmsg = "/dev/kmsg"): BootLog {
  // systemd.generator(7): set for generators since 250; before, the lost standard error tells.
  const underSystemd = env["SYSTEMD_SCOPE"] !== undefined || isNull(2);
  const fd = underSystemd ? openKmsg(kmsg) : undefined;
  if (fd === undefined) return (_, text) => writeQuietly(2, `${text}\n`);
  return (level, text) => {
    for (const line of text.split("\n")) {
      const record = Buffer.from(`<${PRIORITY[level]}>pohmelfs-generator[${process.pid}]: ${line}`);
      writeQuietly(fd, record.subarray(0, RECORD_BYTES_MAX));
    }
  };
}

/** Only a device: in a container without it, opening would make a file of that name. */
function openKmsg(path: string): number | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_WRONLY | constants.O_NOCTTY | constants.O_NONBLOCK);
    if (fstatSync(fd).isCharacterDevice()) return fd;
    closeSync(fd);
    return undefined;
  } catch {
    return undefined;
  }
}

/** /dev/null is the device 1:3 on every Linux, Documentation/admin-guide/devices.txt. */
function isNull(fd: number): boolean {
  try {
    const found = fstatSync(fd);
    return found.isCharacterDevice() && found.rdev === 0x103;
  } catch {
    return true;
  }
}

function writeQuietly(fd: number, data: string | Uint8Array): void {
  try {
    if (typeof data === "string") writeSync(fd, data);
    else writeSync(fd, data);
  } catch {
    // Nobody listens: the unit that fails tells the same.
  }
}
