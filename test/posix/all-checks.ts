import type { Checks } from "./check.ts";
import { aclChecks } from "./checks/acls.ts";
import { directoryChecks } from "./checks/directories.ts";
import { holeChecks } from "./checks/holes.ts";
import { linkChecks } from "./checks/links.ts";
import { lockChecks } from "./checks/locks.ts";
import { makeNodeChecks } from "./checks/make-nodes.ts";
import { mappingChecks } from "./checks/mappings.ts";
import { modeChecks } from "./checks/modes.ts";
import { nameChecks } from "./checks/names.ts";
import { openChecks } from "./checks/open.ts";
import { pathErrorChecks } from "./checks/path-errors.ts";
import { permissionChecks } from "./checks/permissions.ts";
import { renameChecks } from "./checks/rename.ts";
import { sizeChecks } from "./checks/sizes.ts";
import { timeChecks } from "./checks/times.ts";
import { unlinkChecks } from "./checks/unlink.ts";
import { xattrChecks } from "./checks/xattrs.ts";

/** Every check, by subject. Written once; run on a local directory, where they must be right, and on a mount. */
export const allChecks: Readonly<Record<string, Checks>> = {
  open: openChecks,
  names: nameChecks,
  "paths that cannot be walked": pathErrorChecks,
  "files, directories and nodes made": makeNodeChecks,
  "links and symlinks": linkChecks,
  "unlink and rmdir": unlinkChecks,
  rename: renameChecks,
  "modes and owners": modeChecks,
  permissions: permissionChecks,
  "access control lists": aclChecks,
  "extended attributes": xattrChecks,
  times: timeChecks,
  "sizes and data": sizeChecks,
  "holes and ranges": holeChecks,
  mappings: mappingChecks,
  directories: directoryChecks,
  locks: lockChecks,
};
