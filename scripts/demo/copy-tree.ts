import { chownSync, existsSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bytesText } from "../../daemons/core/quantity.ts";
import { compareTrees, differencesText } from "../../test/support/compare-trees.ts";
import { DemoError, SERVERS } from "./stage.ts";
import type { Play } from "./tutorial.ts";

/** Parts of this project that are copied: sources, and a package with large files and with many. */
const PARTS = [
  "daemons",
  "config-schema",
  "docs",
  "scripts",
  "test",
  "node_modules/typescript/lib",
  "node_modules/.bin",
];

/** Things that a source tree rarely has: several names of one object, odd names, other owners, set-user-ID. */
function addOddities(source: string): void {
  const folder = join(source, "oddities");
  mkdirSync(folder);
  writeFileSync(join(folder, "one"), "two names\n");
  linkSync(join(folder, "one"), join(folder, "two"));
  symlinkSync("nowhere", join(folder, "dangling"));
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe])]), "a name that is no UTF-8\n");
  writeFileSync(join(folder, "n".repeat(255)), "the longest name\n");
  writeFileSync(join(folder, "tool"), "#!/bin/sh\n");
  chownSync(join(folder, "tool"), 1234, 5678);
}

function compare({ narrator }: Play, left: string, right: string, what: string): void {
  const { objects, bytes, differences } = compareTrees(left, right);
  if (differences.length === 0) return narrator.good(`${what}: ${objects} objects, ${bytesText(bytes)}, no difference`);
  narrator.bad(`${what}:`);
  narrator.output(differencesText(differences));
  throw new DemoError("the copies are not equal");
}

/** Copies a real source tree in, and compares it with both exports. */
export function copyTree(play: Play, root: string): void {
  const { stage, narrator } = play;
  narrator.step("A real source tree");
  const source = join(stage.folder, "host-147/source");
  mkdirSync(source);
  const parts = PARTS.map((part) => join(root, part)).filter((part) => existsSync(part));
  const staged = stage.run(["cp", "-a", ...parts, source]);
  if (staged.status !== 0) throw new DemoError(staged.output);
  addOddities(source);
  stage.run(["chmod", "u+s", join(source, "oddities/tool")]);

  narrator.command("host-147", "cp -a source /opt/pohtest/");
  const begun = performance.now();
  const copied = stage.run(["cp", "-a", source, stage.mountPoint]);
  const seconds = (performance.now() - begun) / 1_000;
  if (copied.status !== 0) throw new DemoError(copied.output);
  narrator.output(`took ${seconds.toFixed(1)} s`);
  narrator.remark("Compared byte by byte, with modes, owners, times to the nanosecond, symbolic and hard links:");
  for (const name of SERVERS) compare(play, source, join(stage.exportOf(name), "source"), `source and ${name}`);
  compare(play, stage.mountPoint, stage.exportOf("host-75"), "the mount and host-75, everything");
  compare(play, stage.exportOf("host-75"), stage.exportOf("host-166"), "host-75 and host-166, everything");
}
