import {
  chmodSync,
  chownSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { seeded } from "../support/random.ts";
import { mknod } from "../support/system.ts";
import { setXattr } from "../support/system-xattrs.ts";

const S_IFIFO = 0o010000;

/**
 * Makes a tree that has one of everything that plain programs copy: files of many sizes, modes, owners, odd times and
 * names, symlinks, hard links, a fifo, empty directories, xattrs. The same for the same seed.
 *
 * @param at An empty directory.
 */
export function makeSampleTree(at: string, seed: number, files = 120): void {
  const random = seeded(seed);
  const directories = [at];
  for (let number = 0; number < 12; number++) {
    const path = `${random.pick(directories)}/directory-${number}`;
    mkdirSync(path);
    directories.push(path);
  }
  const made: string[] = [];
  for (let number = 0; number < files; number++) {
    const path = `${random.pick(directories)}/file-${number}${random.pick(["", ".txt", " with spaces", "-ä", "\n"])}`;
    const size = random.pick([0, 1, 100, 4_095, 4_096, 4_097, 70_000, 200_000]);
    writeFileSync(path, random.fill(Buffer.alloc(size)));
    chownSync(path, random.pick([0, 1_000, 65_101]), random.pick([0, 1_000, 65_201]));
    chmodSync(path, random.pick([0o644, 0o600, 0o755, 0o444, 0o4755, 0o2755]));
    if (number % 10 === 0) setXattr(path, "user.sample", `value ${number}`);
    utimesSync(path, 1_000_000_000, 1_000_000_000 + random.below(600_000_000) + 0.5);
    made.push(path);
  }
  for (let number = 0; number < 10; number++) {
    linkSync(random.pick(made), `${random.pick(directories)}/link-${number}`);
    const symlink = `${random.pick(directories)}/symlink-${number}`;
    symlinkSync(random.pick(["nowhere", "../..", random.pick(made)]), symlink);
    lutimesSync(symlink, 1, 2);
  }
  mknod(`${at}/fifo`, S_IFIFO | 0o640);
  utimesSync(`${at}/fifo`, 4, 1_111_111_111);
  mkdirSync(`${at}/empty`, 0o700);
  utimesSync(`${at}/empty`, 4, 1_111_111_112);
  for (const path of directories.reverse()) {
    chmodSync(path, random.pick([0o755, 0o700, 0o2775, 0o1777]));
    utimesSync(path, 3, 1_200_000_000 + random.below(1_000_000));
  }
}
