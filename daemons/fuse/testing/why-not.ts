import { accessSync, constants } from "node:fs";

/** @returns Why nothing can be mounted here, for a test's `skip`; false when it can. */
export function whyNotMount(): string | false {
  if (process.getuid?.() !== 0) return "mounting needs root";
  try {
    accessSync("/dev/fuse", constants.R_OK | constants.W_OK);
    return false;
  } catch {
    return "there is no /dev/fuse here";
  }
}
