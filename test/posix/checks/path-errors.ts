import * as fs from "node:fs";
import { ALICE, asUser } from "../../support/as-user.ts";
import { link, mknod, rename, setTimes, truncate } from "../../support/system.ts";
import type { Checks } from "../check.ts";
import { make, makeDirectory, refuses } from "../facts.ts";

/** Each call that takes a path, on a path that cannot be walked: a matrix of calls and faults. path_resolution(7). */
type Call = {
  /** `other` is a file that exists, for calls with two paths. */
  readonly run: (path: string, other: string) => unknown;
  /** Makes or removes a name: needs to write to the parent. */
  readonly names?: boolean;
  /** What it works on, when that must be there. */
  readonly needs?: "file" | "directory" | "symlink";
  /** Only root may do it at all, so that a refusal to others says nothing of the path. */
  readonly rootOnly?: boolean;
};

const calls: Readonly<Record<string, Call>> = {
  "open to read": { run: (path) => fs.closeSync(fs.openSync(path, "r")), needs: "file" },
  "open with O_CREAT": { run: (path) => fs.closeSync(fs.openSync(path, "wx")), names: true },
  stat: { run: (path) => fs.statSync(path), needs: "file" },
  chmod: { run: (path) => fs.chmodSync(path, 0o600), needs: "file" },
  chown: { run: (path) => fs.chownSync(path, 0, 0), needs: "file", rootOnly: true },
  truncate: { run: (path) => truncate(path, 0), needs: "file" },
  utimensat: { run: (path) => setTimes(path), needs: "file" },
  mkdir: { run: (path) => fs.mkdirSync(path), names: true },
  mkfifo: { run: (path) => mknod(path, fs.constants.S_IFIFO | 0o644), names: true },
  symlink: { run: (path) => fs.symlinkSync("anything", path), names: true },
  readlink: { run: (path) => fs.readlinkSync(path), needs: "symlink" },
  "link to": { run: (path, other) => link(other, path), names: true },
  "link from": { run: (path, other) => link(path, `${other}.link`), needs: "file" },
  "rename to": { run: (path, other) => rename(other, path), names: true },
  "rename from": { run: (path, other) => rename(path, `${other}.renamed`), names: true, needs: "file" },
  unlink: { run: (path) => fs.unlinkSync(path), names: true, needs: "file" },
  rmdir: { run: (path) => fs.rmdirSync(path), names: true, needs: "directory" },
};

/** Its path, parents included, is longer than PATH_MAX (4096 bytes with the NUL). */
const tooLongPath = (dir: string): string => `${dir}/${"directory/".repeat(420)}name`;

function makeTarget(path: string, needs: Call["needs"]): void {
  if (needs === "file") make(path, "text", 0o666);
  if (needs === "directory") fs.mkdirSync(path, 0o777);
  if (needs === "symlink") fs.symlinkSync("anything", path);
}

function checksOf(name: string, { run, names, needs, rootOnly }: Call): Checks {
  const otherIn = (dir: string): string => make(`${dir}/other`, "other", 0o666);
  const checks: Record<string, (dir: string) => void> = {
    [`${name} says ENOENT when a parent is missing`]: (dir) =>
      refuses("ENOENT", () => run(`${dir}/missing/name`, otherIn(dir))),
    [`${name} says ENOTDIR when a parent is a file`]: (dir) => {
      make(`${dir}/file`);
      refuses("ENOTDIR", () => run(`${dir}/file/name`, otherIn(dir)));
    },
    [`${name} says ENAMETOOLONG for a name of 256 bytes`]: (dir) =>
      refuses("ENAMETOOLONG", () => run(`${dir}/${"n".repeat(256)}`, otherIn(dir))),
    [`${name} says ENAMETOOLONG for a path of 4096 bytes`]: (dir) =>
      refuses("ENAMETOOLONG", () => run(tooLongPath(dir), otherIn(dir))),
    [`${name} says ELOOP when parents are symlinks in a circle`]: (dir) => {
      fs.symlinkSync("b", `${dir}/a`);
      fs.symlinkSync("a", `${dir}/b`);
      refuses("ELOOP", () => run(`${dir}/a/name`, otherIn(dir)));
    },
  };
  if (needs !== undefined) {
    checks[`${name} says ENOENT when the name is missing`] = (dir) =>
      refuses("ENOENT", () => run(`${dir}/missing`, otherIn(dir)));
  }
  if (!rootOnly) {
    checks[`${name} says EACCES when a parent may not be searched`] = (dir) => {
      const other = otherIn(dir);
      makeTarget(`${makeDirectory(`${dir}/closed`, 0o777)}/name`, needs);
      fs.chmodSync(`${dir}/closed`, 0o666);
      refuses("EACCES", () => asUser(ALICE, () => run(`${dir}/closed/name`, other)));
    };
  }
  if (names) {
    checks[`${name} says EACCES when the parent may not be written`] = (dir) => {
      fs.chownSync(otherIn(dir), ALICE.uid, ALICE.gid); // fs.protected_hardlinks forbids links to what is not one's own
      makeTarget(`${makeDirectory(`${dir}/closed`, 0o777)}/name`, needs);
      fs.chmodSync(`${dir}/closed`, 0o755);
      const path = needs === undefined ? `${dir}/closed/new` : `${dir}/closed/name`;
      refuses("EACCES", () => asUser(ALICE, () => run(path, `${dir}/other`)));
    };
  }
  return checks;
}

export const pathErrorChecks: Checks = Object.assign(
  {},
  ...Object.entries(calls).map(([name, call]) => checksOf(name, call)),
);
