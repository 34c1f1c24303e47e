import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { seeded } from "../support/random.ts";

/** One change that a program makes in a directory: one system call that changes something. */
export type Step =
  | { readonly does: "create" | "mkdir" | "unlink" | "rmdir"; readonly name: string }
  | { readonly does: "symlink"; readonly name: string; readonly target: string }
  | { readonly does: "rename" | "link"; readonly name: string; readonly to: string }
  | { readonly does: "write"; readonly name: string; readonly at: number; readonly text: string }
  | { readonly does: "append"; readonly name: string; readonly text: string }
  | { readonly does: "truncate"; readonly name: string; readonly size: number }
  | { readonly does: "chmod"; readonly name: string; readonly mode: number };

/** What the maker of steps knows of the tree. */
type Tree = { files: string[]; readonly directories: string[]; next: number };

const FILES_MAX = 25;
const OFFSETS = 12_000;
/** Where one write(2) goes on in another page, the kernel may make two changes of it: two WRITEs. */
const PAGE = 4_096;

/** @returns The next step, which is sure to succeed after those before it, and makes a difference. */
function nextStep(number: number, tree: Tree, { below, pick }: ReturnType<typeof seeded>): Step {
  const fresh = (): string => {
    tree.next += 1;
    return `${pick(["", ...tree.directories.map((name) => `${name}/`)])}name-${tree.next}`;
  };
  const make = (step: Step & { name: string }): Step => {
    tree.files.push(step.name);
    return step;
  };
  const drop = (name: string): string => {
    tree.files = tree.files.filter((each) => each !== name);
    return name;
  };
  const text = `<change ${number}>`.repeat(1 + below(300));
  if (tree.files.length === 0) return make({ does: "create", name: fresh() });
  const file = pick(tree.files);
  switch (below(tree.files.length > FILES_MAX ? 13 : 12)) {
    case 0:
    case 1:
      return make({ does: "create", name: fresh() });
    case 2: {
      if (tree.directories.length >= 4) return { does: "append", name: file, text };
      tree.next += 1;
      tree.directories.push(`directory-${tree.next}`);
      return { does: "mkdir", name: `directory-${tree.next}` };
    }
    case 3: {
      const to = fresh();
      tree.files.push(to);
      return { does: "rename", name: drop(file), to };
    }
    case 4: {
      // Onto another file: it is gone.
      const to = pick(tree.files);
      if (to === file) return { does: "append", name: file, text };
      return { does: "rename", name: drop(file), to };
    }
    case 5:
    case 6: {
      const at = below(OFFSETS);
      return { does: "write", name: file, at, text: text.slice(0, PAGE - (at % PAGE)) };
    }
    case 7:
    case 8:
      return { does: "append", name: file, text };
    case 9:
      return { does: "truncate", name: file, size: below(OFFSETS) + 1 };
    case 10:
      return { does: "chmod", name: file, mode: 0o600 + (number % 64) };
    case 11:
      return { does: "symlink", name: `symlink-${number}`, target: `target ${number}` };
    default:
      return { does: "unlink", name: drop(file) };
  }
}

/** @returns Steps for an empty directory, the same for the same seed. */
export function stepsOf(seed: number, count: number): Step[] {
  const random = seeded(seed);
  const tree: Tree = { files: [], directories: [], next: 0 };
  return Array.from({ length: count }, (_, number) => nextStep(number, tree, random));
}

function withFile(path: string, flags: string, act: (fd: number) => void): void {
  const fd = fs.openSync(path, flags);
  try {
    act(fd);
  } finally {
    fs.closeSync(fd);
  }
}

export function doStep(dir: string, step: Step): void {
  const path = `${dir}/${step.name}`;
  switch (step.does) {
    case "create":
      return withFile(path, "wx", () => {});
    case "mkdir":
      return void fs.mkdirSync(path);
    case "unlink":
      return fs.unlinkSync(path);
    case "rmdir":
      return fs.rmdirSync(path);
    case "symlink":
      return fs.symlinkSync(step.target, path);
    case "rename":
      return fs.renameSync(path, `${dir}/${step.to}`);
    case "link":
      return fs.linkSync(path, `${dir}/${step.to}`);
    case "write":
      return withFile(path, "r+", (fd) => fs.writeSync(fd, step.text, step.at));
    case "append":
      return withFile(path, "a", (fd) => fs.writeSync(fd, step.text));
    case "truncate":
      return fs.truncateSync(path, step.size);
    case "chmod":
      return fs.chmodSync(path, step.mode);
  }
}

/** fsync(2) of a file or a directory. */
export const syncPath = (path: string): void => withFile(path, "r", (fd) => fs.fsyncSync(fd));

/** @returns A digest of what a directory shows: names, types, modes, contents, targets. */
export function stateOf(dir: string): string {
  const digest = createHash("sha1");
  const walk = (folder: string): void => {
    for (const name of fs.readdirSync(`${dir}${folder}`).sort()) {
      const path = `${folder}/${name}`;
      const { mode, nlink } = fs.lstatSync(`${dir}${path}`);
      const isDirectory = (mode & fs.constants.S_IFMT) === fs.constants.S_IFDIR;
      digest.update(`${path} ${mode} ${isDirectory ? "" : nlink}\n`);
      if (isDirectory) walk(path);
      else if ((mode & fs.constants.S_IFMT) === fs.constants.S_IFLNK) digest.update(fs.readlinkSync(`${dir}${path}`));
      else digest.update(fs.readFileSync(`${dir}${path}`));
    }
  };
  walk("");
  return digest.digest("hex");
}

/** @returns What an empty local directory shows after 0, 1, 2, … of the steps. */
export function statesOf(steps: readonly Step[], emptyDirectory: string): string[] {
  const states = [stateOf(emptyDirectory)];
  for (const step of steps) {
    doStep(emptyDirectory, step);
    states.push(stateOf(emptyDirectory));
  }
  return states;
}
