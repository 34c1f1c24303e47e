import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PROGRAMS, type Programs } from "./core/units-for.ts";

/** Where packages have what the programs on the PATH start. */
const PACKAGE = "/usr/lib/pohmelfs";

/** A unit with a user that is not there does not start: passwd(5) is read as it is, at early boot there is nobody to ask. */
function serverUser(): string | undefined {
  try {
    return readFileSync("/etc/passwd", "latin1").includes(`\n${PROGRAMS.user}:`) ? PROGRAMS.user : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The programs that units start: where they lie together, as after `npm run build`, those beside this one; else where
 * packages have them.
 *
 * @param self URL of the program that asks.
 */
export function programsBeside(self: string): Programs {
  const folder = dirname(fileURLToPath(self));
  const user = serverUser();
  if (folder === PACKAGE || !existsSync(join(folder, "fserver"))) return { ...PROGRAMS, user };
  return {
    fserver: join(folder, "fserver"),
    mountDaemon: join(folder, "pohmelfs-mountd"),
    generator: join(folder, "pohmelfs-generator"),
    user,
  };
}
