#!/usr/bin/env node
/**
 * Bundles the programs into `dist/`: one file each, started by their own first line, so that starting one reads one
 * file and not a tree of modules. Run `npm run build`; `node scripts/build.mjs FOLDER VERSION` is for packages.
 *
 * What is native stays outside of the bundle and is found in `node_modules`; everything else is inlined.
 */
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Program in `dist/` → the file that it begins with. */
export const PROGRAMS = {
  pohmelfs: "daemons/cli/pohmelfs.ts",
  cfg: "daemons/cli/cfg.ts",
  flush: "daemons/cli/flush.ts",
  "mount.pohmelfs": "daemons/cli/mount-pohmelfs.ts",
  fserver: "daemons/fserver/fserver.ts",
  "pohmelfs-mountd": "daemons/client/mountd.ts",
  "pohmelfs-generator": "systemd/generator.ts",
};

/** Modules with native parts: they must be loaded from their own folders. */
const NATIVE = ["koffi", "fuse-native"];

/**
 * @param {string} program A key of PROGRAMS.
 * @param {string} version
 */
async function bundleOne(program, version, out) {
  const { build: bundle } = await import("esbuild");
  const entry = PROGRAMS[program];
  // Beside it, then into its place at once: it may be started in this moment.
  const fresh = join(out, `${program}.${process.pid}`);
  await bundle({
    entryPoints: [join(root, entry)],
    outfile: fresh,
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    legalComments: "none",
    logLevel: "warning",
    external: NATIVE,
    banner: {
      js: '#!/usr/bin/env node\nconst __pohmelfsUrl = require("node:url").pathToFileURL(__filename).href;',
    },
    define: {
      POHMELFS_VERSION: JSON.stringify(version),
      // A bundle's threads begin in the bundle itself: `new Worker(new URL(import.meta.url))`.
      "import.meta.url": "__pohmelfsUrl",
    },
  });
  await chmod(fresh, 0o755);
  await rename(fresh, join(out, program));
}

/**
 * Makes all programs.
 *
 * @param {string} [as] The version that they say they have; default: that of package.json.
 * @returns {Promise<boolean>} Whether all could be made; what was wrong is on stderr.
 */
export async function build(out = join(root, "dist"), as = undefined) {
  const version = as ?? JSON.parse(await readFile(join(root, "package.json"), "utf8")).version;
  await mkdir(out, { recursive: true });
  // The project is "type": "module"; its bundles are CommonJS, since files without an extension can only be that.
  await writeFile(join(out, "package.json"), `${JSON.stringify({ type: "commonjs", private: true })}\n`);
  const programs = Object.keys(PROGRAMS);
  const results = await Promise.allSettled(programs.map((program) => bundleOne(program, version, out)));
  const made = programs.filter((_, at) => results[at].status === "fulfilled");
  console.error(`build: ${relative(root, out)}/ has ${made.join(", ")}`);
  return made.length === programs.length;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.exitCode = (await build(...process.argv.slice(2))) ? 0 : 1;
