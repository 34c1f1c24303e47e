import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Puts the steps of packaging/steps into the scripts of a package's installation: both formats do the same.
 *
 * @param text Has lines `@STEP name@`.
 */
export const fillSteps = (text: string, project: string): string =>
  text.replace(/^@STEP ([a-z-]+)@\n/gm, (_, name: string) =>
    readFileSync(join(project, "packaging/steps", `${name}.sh`), "utf8"),
  );
