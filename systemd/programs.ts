import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PROGRAMS, type Programs } from "./core/units-for.ts";

/** Where packages have what the programs on the PATH start. */
const PACKAGE = "/usr/lib/pohmelfs";

/**
 * The programs that units start: where they lie together, as after `npm run build`, those beside this one; else where
 * packages have them.
 *
 * @param self URL of the program that asks.
 */
export function programsBeside(self: string): Programs {
  const folder = dirname(fileURLToPath(self));
  if (folder === PACKAGE || !existsSync(join(folder, "fserver"))) return PROGRAMS;
  return {
    fserver: join(folder, "fserver"),
    mountDaemon: join(folder, "pohmelfs-mountd"),
    generator: join(folder, "pohmelfs-generator"),
  };
}
