import {
  chmodSync,
  existsSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { constants, gzipSync } from "node:zlib";
import { debianChangelog } from "./changelog.ts";
import { type Only, type PackagedFile, type PackagedFolder, packagedFiles, packagedFolders, PRIVATE } from "./files.ts";
import type { PackageOrder } from "./order.ts";
import { runTool } from "./run-tool.ts";

/** What staging takes files from. */
export type Sources = {
  /** The checkout. */
  readonly project: string;
  /** Programs, manual pages and completions. */
  readonly built: string;
  /** The private runtime. */
  readonly runtime: string | undefined;
};

/** What one package has. */
function inPackage({ format, hasRuntime }: PackageOrder): (file: { readonly only?: Only }) => boolean {
  return ({ only }) => only === undefined || (only === "runtime" ? hasRuntime : only === format);
}

function filesOf({ from, names, to, ...rest }: PackagedFolder, sources: Sources): readonly PackagedFile[] {
  const folder = join(from.kind === "built" ? sources.built : sources.project, from.path);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => names.test(name))
    .sort()
    .map((name) => {
      const place = name.replace(new RegExp(`^.*${names.source}|^.*$`), to);
      return {
        ...rest,
        to: `${place}${name}${rest.gzip ? ".gz" : ""}`,
        from: { kind: from.kind, path: join(from.path, name) },
        mode: 0o644,
      };
    });
}

/** In the order of their paths. */
function listed(order: PackageOrder, sources: Sources): readonly PackagedFile[] {
  const folders = packagedFolders(order).flatMap((folder) => filesOf(folder, sources));
  return [...packagedFiles(order), ...folders].filter(inPackage(order)).sort((a, b) => (a.to < b.to ? -1 : 1));
}

/** The package's programs start with its own Node, or that of the distribution: whatever PATH says. */
function withFirstLine(program: Buffer, { hasRuntime }: PackageOrder): Buffer {
  const end = program.indexOf("\n");
  const node = hasRuntime ? `${PRIVATE}/bin/node` : "/usr/bin/node";
  return Buffer.concat([Buffer.from(`#!${node}`), program.subarray(end)]);
}

function contentOf({ from }: PackagedFile, order: PackageOrder, sources: Sources): Buffer {
  switch (from.kind) {
    case "program":
      return withFirstLine(readFileSync(join(sources.built, "programs", from.name)), order);
    case "project":
      return readFileSync(join(sources.project, from.path));
    case "built":
      return readFileSync(join(sources.built, from.path));
    case "module":
      return readFileSync(join(sources.project, "node_modules", from.path));
    case "runtime":
      return readFileSync(join(sources.runtime ?? "", from.path));
    case "changelog": {
      const changes = readFileSync(join(sources.project, "CHANGELOG.md"), "utf8");
      return Buffer.from(debianChangelog(order.source, order.version, changes, order.epoch));
    }
    case "link":
      throw new Error("a link has no content");
  }
}

function stageOne(file: PackagedFile, root: string, order: PackageOrder, sources: Sources): void {
  const path = join(root, file.to);
  mkdirSync(dirname(path), { recursive: true });
  if (file.from.kind === "link") {
    symlinkSync(file.from.target, path);
    return lutimesSync(path, order.epoch, order.epoch);
  }
  const content = contentOf(file, order, sources);
  writeFileSync(path, file.gzip ? gzipSync(content, { level: constants.Z_BEST_COMPRESSION }) : content);
  // binutils names its temporary file after nothing that stays in it.
  if (file.strip) runTool(["strip", "--strip-unneeded", path]);
  // After all writing: neither umask nor clock has a say.
  chmodSync(path, file.mode);
  utimesSync(path, order.epoch, order.epoch);
}

/** Folders have the mode and time that files of packages have, those above them last, since entries change the time. */
function settleFolders(folder: string, epoch: number): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) settleFolders(join(folder, entry.name), epoch);
  }
  chmodSync(folder, 0o755);
  utimesSync(folder, epoch, epoch);
}

/**
 * Lays out the files of one package as they will lie in the system, in an empty `root`.
 *
 * @returns The files in the order of their paths.
 * @throws When a file is missing, or two would have one path.
 */
export function stage(root: string, order: PackageOrder, sources: Sources): readonly PackagedFile[] {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  const files = listed(order, sources);
  for (const file of files) stageOne(file, root, order, sources);
  settleFolders(root, order.epoch);
  return files;
}
